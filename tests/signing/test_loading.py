"""Loading the key set, and noticing that it has changed."""

import json
from pathlib import Path

import pytest

from idp.config import Config
from idp.signing import (
    KeyFileError,
    KeyState,
    describe_keys,
    key_set_is_current,
    load_key_set,
    rotate_immediately,
)
from idp.signing.files import remove_key
from idp.storage.database import Database
from tests.signing.keys import CLAIMS, Kids


async def test_loaded_keys_sign_and_verify(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """A second process that loads the same keys accepts what the first has signed."""
    key_set = await database.run(load_key_set, config)
    other = await database.run(load_key_set, config)

    tokens = [key_set.sign(CLAIMS, typ="JWT", algorithm=each) for each in config.keys.algorithms]

    assert [other.verify(token, typ="JWT") for token in tokens] == [CLAIMS, CLAIMS]
    assert {key["kid"] for key in json.loads(key_set.jwks)["keys"]} == set(first_keys.values())


@pytest.mark.parametrize("state", [KeyState.ACTIVE, KeyState.NEXT])
async def test_a_live_key_without_its_file_is_not_loaded(
    config: Config,
    database: Database,
    first_keys: Kids,
    state: KeyState,
) -> None:
    """A server does not start with half of its keys, nor does it wait until it needs the other."""
    remove_key(Path(config.keys.directory), first_keys["RS256", state])

    with pytest.raises(KeyFileError, match="is missing"):
        await database.run(load_key_set, config)


async def test_a_server_notices_that_the_keys_have_changed(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """After a rotation its key set is not the current one; a newly loaded one is."""
    key_set = await database.run(load_key_set, config)
    before = await database.run(key_set_is_current, key_set)

    await database.run(rotate_immediately, config)

    after = await database.run(key_set_is_current, key_set)
    reloaded = await database.run(load_key_set, config)
    assert before
    assert not after
    assert await database.run(key_set_is_current, reloaded)


async def test_the_active_rs256_key_comes_first_after_a_rotation(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """Clients that take the first key they see take the one that signs."""
    await database.run(rotate_immediately, config)

    key_set = await database.run(load_key_set, config)

    states = {row.kid: row.state for row in await database.run(describe_keys)}
    document = json.loads(key_set.jwks)["keys"]
    assert document[0]["kid"] == first_keys["RS256", "next"]
    assert [states[key["kid"]] for key in document] == (
        ["active"] * 2 + ["next"] * 2 + ["retired"] * 2
    )
