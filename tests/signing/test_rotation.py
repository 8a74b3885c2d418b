"""The life of signing keys, in a real database and a real directory."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from idp.config import Config, KeysConfig
from idp.signing import (
    KeyFileError,
    KeySet,
    KeyState,
    NextKeyTooYoung,
    NoActiveKey,
    describe_keys,
    discard_key,
    ensure_keys,
    key_set_is_current,
    load_key_set,
    purge_keys,
    rotate,
    rotate_immediately,
)
from idp.signing.files import remove_key
from idp.storage.database import Database

Kids = dict[tuple[str, str], str]
PassTime = Callable[[timedelta], None]

LONG_ENOUGH = timedelta(hours=1, minutes=5)
CLAIMS = {"sub": "a"}


async def kids(database: Database) -> Kids:
    """Give the kid for each algorithm and state, of which there must not be two."""
    rows = await database.run(describe_keys)
    found = {(row.algorithm, row.state): row.kid for row in rows}
    assert len(found) == len(rows)
    return found


def files(config: Config) -> set[str]:
    """Give the kids that have a file."""
    return {path.stem for path in Path(config.keys.directory).iterdir()}


def with_algorithms(config: Config, *algorithms: str) -> Config:
    """Give the same configuration with other algorithms."""
    keys = KeysConfig.model_validate({**config.keys.model_dump(), "algorithms": algorithms})
    return config.model_copy(update={"keys": keys})


def published(key_set: KeySet) -> set[str]:
    """Give the kids that a client sees."""
    return {key["kid"] for key in json.loads(key_set.jwks)["keys"]}


async def test_the_first_start_makes_two_keys_for_each_algorithm(
    config: Config, database: Database
) -> None:
    """One signs and one is next; both have a file, and no key serves two algorithms."""
    everything = with_algorithms(config, "RS256", "PS256", "ES256", "Ed25519", "EdDSA")

    await database.run(ensure_keys, everything)

    made = await kids(database)
    assert set(made) == {
        (algorithm, state)
        for algorithm in everything.keys.algorithms
        for state in (KeyState.ACTIVE, KeyState.NEXT)
    }
    assert files(everything) == set(made.values())
    assert len(files(everything)) == 10


async def test_the_second_start_makes_nothing(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """Keys outlive the process."""
    await database.run(ensure_keys, config)

    assert await kids(database) == first_keys
    assert files(config) == set(first_keys.values())


async def test_processes_that_start_at_once_make_one_set_of_keys(
    config: Config, database: Database
) -> None:
    """Each has its own connection; the second waits for the first and finds its keys."""
    config = with_algorithms(config, "RS256")
    other = Database(config.database)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(database.run, ensure_keys, config)
        tasks.start_soon(other.run, ensure_keys, config)

    assert len(await kids(database)) == 2
    assert len(files(config)) == 2
    await other.dispose()


async def test_an_rsa_key_is_as_long_as_configured(config: Config, database: Database) -> None:
    """keys.rsa_bits is the length of new keys."""
    keys = KeysConfig(directory=config.keys.directory, algorithms=("RS256",), rsa_bits=2056)
    config = config.model_copy(update={"keys": keys})

    await database.run(ensure_keys, config)

    key_set = await database.run(load_key_set, config)
    signature = key_set.sign(CLAIMS, typ="JWT", algorithm="RS256").rpartition(".")[2]
    assert len(signature) == 343  # 257 bytes


async def test_after_a_rotation_the_next_keys_sign(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """Old tokens are still accepted, and nobody sees a new key in use before it was published."""
    before = await database.run(load_key_set, config)
    old_token = before.sign(CLAIMS, typ="JWT", algorithm="RS256")
    pass_time(LONG_ENOUGH)

    await database.run(rotate, config)

    now = await kids(database)
    for algorithm in config.keys.algorithms:
        assert now[algorithm, "retired"] == first_keys[algorithm, "active"]
        assert now[algorithm, "active"] == first_keys[algorithm, "next"]
        assert now[algorithm, "next"] not in first_keys.values()
    after = await database.run(load_key_set, config)
    new_token = after.sign(CLAIMS, typ="JWT", algorithm="RS256")
    assert after.verify(old_token, typ="JWT") == CLAIMS
    assert after.verify(new_token, typ="JWT") == CLAIMS
    assert before.verify(new_token, typ="JWT") is None
    assert published(after) == published(before) | {now["RS256", "next"], now["Ed25519", "next"]}


async def test_a_next_key_waits_until_clients_have_it(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """Before the end of their caches a rotation is refused, says when, and changes nothing."""
    pass_time(LONG_ENOUGH - timedelta(seconds=1))

    with pytest.raises(NextKeyTooYoung) as refused:
        await database.run(rotate, config)

    rows = await database.run(describe_keys)
    assert refused.value.ready_at == max(row.created_at for row in rows) + LONG_ENOUGH
    assert await kids(database) == first_keys
    assert files(config) == set(first_keys.values())


async def test_a_second_rotation_has_to_wait_again(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """The key that the first rotation made is as new as any."""
    pass_time(LONG_ENOUGH)
    await database.run(rotate, config)

    with pytest.raises(NextKeyTooYoung):
        await database.run(rotate, config)

    pass_time(LONG_ENOUGH)
    await database.run(rotate, config)
    assert (await kids_in_state(database, "active")).isdisjoint(first_keys.values())


async def kids_in_state(database: Database, state: str) -> set[str]:
    """Give the kids of the keys in a state."""
    return {row.kid for row in await database.run(describe_keys) if row.state == state}


async def test_a_rotation_in_an_emergency_does_not_wait(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """The next keys sign at once."""
    await database.run(rotate_immediately, config)

    now = await kids(database)
    assert now["RS256", "active"] == first_keys["RS256", "next"]
    assert now["RS256", "retired"] == first_keys["RS256", "active"]


async def test_a_retired_key_stays_until_its_last_token_has_expired(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """Then it is published no more, and a purge removes its row and its file."""
    await database.run(rotate_immediately, config)
    retired = first_keys["RS256", "active"]
    lifetime = timedelta(seconds=config.tokens.id_token_lifetime)

    pass_time(lifetime + timedelta(minutes=5) - timedelta(seconds=1))
    too_early = await database.run(purge_keys, config)
    key_set = await database.run(load_key_set, config)
    pass_time(timedelta(seconds=1))
    is_current = await database.run(key_set_is_current, key_set)
    later_key_set = await database.run(load_key_set, config)
    removed = await database.run(purge_keys, config)

    assert too_early == 0
    assert retired in published(key_set)
    assert not is_current
    assert retired not in published(later_key_set)
    assert removed == 2
    assert files(config) == set((await kids(database)).values())
    assert retired not in files(config)


async def test_a_purge_does_not_need_the_file(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """Nor does loading: a retired key signs nothing more, and its public part is in the table."""
    await database.run(rotate_immediately, config)
    remove_key(Path(config.keys.directory), first_keys["RS256", "active"])

    key_set = await database.run(load_key_set, config)
    pass_time(timedelta(hours=2))
    removed = await database.run(purge_keys, config)

    assert first_keys["RS256", "active"] in published(key_set)
    assert removed == 2


async def test_a_key_without_its_file_does_not_become_active(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """The rotation is refused and undone, and the old key goes on signing."""
    remove_key(Path(config.keys.directory), first_keys["RS256", "next"])

    with pytest.raises(KeyFileError, match="is missing"):
        await database.run(rotate_immediately, config)

    assert await kids(database) == first_keys


async def test_a_new_algorithm_gets_its_keys_at_the_next_start(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """The others keep theirs."""
    more = with_algorithms(config, "RS256", "Ed25519", "ES256")

    await database.run(ensure_keys, more)

    now = await kids(database)
    assert now.items() > first_keys.items()
    assert {algorithm for algorithm, _ in now} == {"RS256", "Ed25519", "ES256"}


async def test_an_algorithm_that_was_removed_ends_with_the_next_rotation(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """Until then it signs; after that its last tokens are accepted as long as they live."""
    fewer = with_algorithms(config, "RS256")
    await database.run(ensure_keys, fewer)
    before = await database.run(load_key_set, fewer)
    token = before.sign(CLAIMS, typ="JWT", algorithm="Ed25519")
    pass_time(LONG_ENOUGH)

    await database.run(rotate, fewer)

    after = await database.run(load_key_set, fewer)
    assert after.verify(token, typ="JWT") == CLAIMS
    with pytest.raises(NoActiveKey):
        after.sign(CLAIMS, typ="JWT", algorithm="Ed25519")
    assert first_keys["Ed25519", "active"] in published(after)
    assert first_keys["Ed25519", "next"] not in published(after)
    assert await database.run(purge_keys, fewer) == 1
    assert first_keys["Ed25519", "next"] not in files(fewer)


async def test_a_discarded_active_key_is_replaced_by_the_next(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """What a stolen key signs is accepted no longer, and the other algorithms go on."""
    stolen = first_keys["RS256", "active"]
    before = await database.run(load_key_set, config)
    token = before.sign(CLAIMS, typ="JWT", algorithm="RS256")

    discarded = await database.run(discard_key, config, stolen)

    now = await kids(database)
    after = await database.run(load_key_set, config)
    assert discarded
    assert after.verify(token, typ="JWT") is None
    assert stolen not in published(after)
    assert now["RS256", "active"] == first_keys["RS256", "next"]
    assert now["Ed25519", "active"] == first_keys["Ed25519", "active"]
    assert await database.run(purge_keys, config) == 1
    assert stolen not in files(config)


async def test_a_lost_directory_can_be_replaced(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """Discarding every key, the next ones first, makes new ones."""
    for kid in files(config):
        remove_key(Path(config.keys.directory), kid)

    for state in (KeyState.NEXT, KeyState.ACTIVE):
        for algorithm in config.keys.algorithms:
            await database.run(discard_key, config, first_keys[algorithm, state])

    key_set = await database.run(load_key_set, config)
    assert published(key_set).isdisjoint(first_keys.values())
    assert len(published(key_set)) == 4


async def test_an_unknown_key_cannot_be_discarded(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """Nothing changes."""
    discarded = await database.run(discard_key, config, "unknown")

    assert not discarded
    assert await kids(database) == first_keys


async def test_a_discarded_next_key_makes_the_rotation_wait(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """Its successor was published only now."""
    pass_time(LONG_ENOUGH)
    await database.run(discard_key, config, first_keys["RS256", "next"])

    with pytest.raises(NextKeyTooYoung):
        await database.run(rotate, config)

    assert (await kids(database))["RS256", "active"] == first_keys["RS256", "active"]


async def test_the_operator_sees_when_each_key_changed_its_state(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """A key has the times of what has happened to it, and none of what has not."""
    pass_time(LONG_ENOUGH)
    await database.run(rotate, config)

    rows = await database.run(describe_keys)

    moments = {
        row.state: (row.activated_at is not None, row.expires_at is not None) for row in rows
    }
    assert moments == {"next": (False, False), "active": (True, False), "retired": (True, True)}
    retired = next(row for row in rows if row.state == "retired")
    assert retired.retired_at == retired.created_at + LONG_ENOUGH
    assert retired.expires_at == retired.retired_at + timedelta(hours=1, minutes=5)
