"""The keys that decrypt: made, listed, rotated; and messages that are no messages."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.config import Config, KeysConfig
from idp.signing import (
    Algorithm,
    KeyFileError,
    KeySet,
    KeyState,
    describe_keys,
    discard_key,
    ensure_keys,
    load_key_set,
    purge_keys,
    rotate,
    rotate_immediately,
)
from idp.signing.files import read_key, remove_key, write_key
from idp.signing.key import DecryptionKey, SigningKey
from idp.signing.segments import encode_segment
from idp.storage.database import Database
from idp.vocabulary import KeyManagementAlgorithm
from tests.parties.encryption import encrypted
from tests.signing.keys import LONG_ENOUGH, Kids, PassTime, kids, published

SIGNED = "e30.e30.AA"


@pytest.fixture
def config(config: Config) -> Config:
    """Sign by one algorithm, and let others encrypt by two."""
    keys = KeysConfig(
        directory=config.keys.directory,
        algorithms=("RS256",),
        encryption_algorithms=("RSA-OAEP-256", "ECDH-ES"),
    )
    return config.model_copy(update={"keys": keys})


def listed(key_set: KeySet) -> dict[str, str]:
    """Give the kids that a client may encrypt to, by their algorithm."""
    keys = json.loads(key_set.jwks)["keys"]
    return {key["alg"]: key["kid"] for key in keys if key["use"] == "enc"}


async def test_only_the_active_key_is_listed(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """The next one decrypts already, so that it may be listed from one moment to the next."""
    key_set = await database.run(load_key_set, config)

    assert listed(key_set) == {
        algorithm: first_keys[algorithm, "active"] for algorithm in ("RSA-OAEP-256", "ECDH-ES")
    }
    assert {first_keys["RS256", "active"], first_keys["RS256", "next"]} < published(key_set)
    for algorithm in ("RSA-OAEP-256", "ECDH-ES"):
        message = encrypted(SIGNED, json.loads(key_set.jwks), algorithm)
        assert key_set.decrypt(message) == SIGNED


async def test_process_that_has_not_noticed_a_rotation_decrypts(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """And one that has still does so for those who keep the old list."""
    before = await database.run(load_key_set, config)
    pass_time(LONG_ENOUGH)

    await database.run(rotate, config)

    after = await database.run(load_key_set, config)
    now = await kids(database)
    assert listed(after)["ECDH-ES"] == first_keys["ECDH-ES", "next"] == now["ECDH-ES", "active"]
    assert now["ECDH-ES", "retired"] not in published(after)
    for algorithm in ("RSA-OAEP-256", "ECDH-ES"):
        old = encrypted(SIGNED, json.loads(before.jwks), algorithm)
        new = encrypted(SIGNED, json.loads(after.jwks), algorithm)
        assert (after.decrypt(old), before.decrypt(new)) == (SIGNED, SIGNED)


async def test_retired_key_ends_after_the_lists_that_name_it(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """keys.jwks_max_age, an hour for what is on its way, and the usual leeway."""
    before = await database.run(load_key_set, config)
    message = encrypted(SIGNED, json.loads(before.jwks), "ECDH-ES")
    await database.run(rotate_immediately, config)
    kept = timedelta(seconds=config.keys.jwks_max_age, hours=1, minutes=5)

    pass_time(kept - timedelta(seconds=1))
    late = await database.run(load_key_set, config)
    pass_time(timedelta(seconds=1))
    too_late = await database.run(load_key_set, config)
    await database.run(purge_keys, config)

    assert (late.decrypt(message), too_late.decrypt(message)) == (SIGNED, None)
    assert not (Path(config.keys.directory) / f"{first_keys['ECDH-ES', 'active']}.pem").exists()


async def test_discarded_key_is_replaced_at_once(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """What was encrypted to it is not read any more."""
    before = await database.run(load_key_set, config)
    message = encrypted(SIGNED, json.loads(before.jwks), "ECDH-ES")

    await database.run(discard_key, config, first_keys["ECDH-ES", "active"])

    after = await database.run(load_key_set, config)
    assert listed(after)["ECDH-ES"] == first_keys["ECDH-ES", "next"]
    assert after.decrypt(message) is None


async def test_algorithm_that_was_removed_ends_with_the_next_rotation(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """Until then clients that have the old metadata are understood."""
    before = await database.run(load_key_set, config)
    message = encrypted(SIGNED, json.loads(before.jwks), "ECDH-ES")
    keys = config.keys.model_copy(update={"encryption_algorithms": ()})
    without = config.model_copy(update={"keys": keys})
    await database.run(ensure_keys, without)
    pass_time(LONG_ENOUGH)

    await database.run(rotate, without)

    after = await database.run(load_key_set, without)
    states = {row.state for row in await database.run(describe_keys) if row.algorithm == "ECDH-ES"}
    assert listed(after) == {}
    assert after.decrypt(message) == SIGNED
    assert states == {"retired", "discarded"}  # the next one, which nobody has used


@pytest.mark.parametrize("state", [KeyState.ACTIVE, KeyState.NEXT])
async def test_live_key_without_its_file_is_not_loaded(
    config: Config, database: Database, first_keys: Kids, state: KeyState
) -> None:
    """A server that lists a key can read what it is sent."""
    remove_key(Path(config.keys.directory), first_keys["ECDH-ES", state])

    with pytest.raises(KeyFileError, match="is missing"):
        await database.run(load_key_set, config)


@pytest.mark.parametrize("algorithm", KeyManagementAlgorithm)
def test_key_is_read_as_it_was_written(tmp_path: Path, algorithm: KeyManagementAlgorithm) -> None:
    """The same key comes back, for the same algorithm, and shows nothing private."""
    key = DecryptionKey.generate(algorithm)
    write_key(tmp_path, key)

    read = read_key(tmp_path, key.kid, algorithm)

    assert (read.kid, read.jwk, read.algorithm) == (key.kid, key.jwk, algorithm)
    assert (key.jwk["use"], key.jwk["alg"]) == ("enc", algorithm)
    assert repr(read) == f"<DecryptionKey {algorithm} {key.kid}>"


def test_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A file that was mixed up is not used."""
    key = SigningKey.generate(Algorithm.Ed25519)
    write_key(tmp_path, key)

    for algorithm in KeyManagementAlgorithm:
        with pytest.raises(KeyFileError, match="is not a key for"):
            read_key(tmp_path, key.kid, algorithm)


def test_key_that_decrypts_verifies_nothing() -> None:
    """Its kid in a signed token names no key (RFC 8725 §3.1)."""
    key = DecryptionKey.generate(KeyManagementAlgorithm.ECDH_ES)
    same = SigningKey(Algorithm.ES256, key.private_key)
    key_set = KeySet([key.publish(KeyState.ACTIVE)], [], [key])

    assert key_set.verify(same.sign({}, typ="JWT"), typ="JWT") is None


def test_message_has_an_end() -> None:
    """A longer one is not even looked at."""
    jwks = {"keys": [key.jwk for key in KEYS]}
    short, long = (encrypted("a" * length, jwks, "RSA-OAEP-256") for length in (40_000, 60_000))

    assert KEY_SET.decrypt(short) == "a" * 40_000
    assert KEY_SET.decrypt(long) is None


KEYS = [
    DecryptionKey.generate(KeyManagementAlgorithm.RSA_OAEP_256),
    DecryptionKey.generate(KeyManagementAlgorithm.ECDH_ES_A128KW),
]
KEY_SET = KeySet([key.publish(KeyState.ACTIVE) for key in KEYS], [], KEYS)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
epks = st.fixed_dictionaries(
    {"kty": st.sampled_from(["EC", "OKP", "RSA", 1])},
    optional={
        "crv": st.sampled_from(["P-256", "P-384", "X25519", None]),
        "x": json_values | st.from_regex(r"[A-Za-z0-9_-]{1,50}", fullmatch=True),
        "y": json_values | st.from_regex(r"[A-Za-z0-9_-]{1,50}", fullmatch=True),
        "d": json_values,
    },
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "enc": st.sampled_from(["A128CBC-HS256", "A256GCM", "A128GCM", "A192GCM"]) | json_values,
        "epk": epks | json_values,
        "apu": json_values,
        "apv": json_values,
        "typ": json_values,
        "cty": json_values,
        "jwk": json_values,
        "x5c": json_values,
        "jku": json_values,
        "b64": json_values,
    },
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(KEYS), headers, st.lists(st.binary(max_size=300), min_size=4, max_size=4))
def test_no_message_does_any_harm(key: DecryptionKey, header: dict, parts: list[bytes]) -> None:
    """Whatever is in it, it is not read, and nothing is raised."""
    named = {"alg": str(key.algorithm), "kid": key.kid} | header
    segments = [json.dumps(named).encode(), *parts]

    message = b".".join(map(encode_segment, segments)).decode()

    assert KEY_SET.decrypt(message) is None


@given(st.text() | st.from_regex(r"[A-Za-z0-9_=-]*(\.[A-Za-z0-9_=-]*){4}", fullmatch=True))
def test_no_text_does_any_harm(text: str) -> None:
    """Neither does what is no message at all."""
    assert KEY_SET.decrypt(text) is None
