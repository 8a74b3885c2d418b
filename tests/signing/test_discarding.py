"""Keys that an operator gives up at once."""

from pathlib import Path

import pytest

from idp.config import Config
from idp.signing import KeyState, NextKeyTooYoung, discard_key, load_key_set, purge_keys, rotate
from idp.signing.files import remove_key
from idp.storage.database import Database
from tests.signing.keys import CLAIMS, LONG_ENOUGH, Kids, PassTime, files, kids, published


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
