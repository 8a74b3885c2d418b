"""The life of signing keys, in a real database and a real directory."""

from datetime import timedelta
from pathlib import Path

import pytest

from idp.config import Config
from idp.signing import (
    KeyFileError,
    NextKeyTooYoung,
    NoActiveKey,
    describe_keys,
    ensure_keys,
    key_set_is_current,
    load_key_set,
    purge_keys,
    rotate,
    rotate_immediately,
)
from idp.signing.files import remove_key
from idp.storage.database import Database
from tests.signing.keys import (
    CLAIMS,
    LONG_ENOUGH,
    Kids,
    PassTime,
    files,
    kids,
    kids_in_state,
    published,
    with_algorithms,
)


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
    assert before.verify(new_token, typ="JWT") == CLAIMS  # a server that has not noticed yet
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
    """Then it is published no more, and a purge removes its file."""
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
    assert removed == 0
    assert files(config) == published(later_key_set)


async def test_what_a_former_key_signed_is_recognized_while_people_are_signed_in_by_it(
    config: Config,
    database: Database,
    pass_time: PassTime,
    first_keys: Kids,
) -> None:
    """It is believed no more, and says whom a client means until no session can be that old."""
    token = (await database.run(load_key_set, config)).sign(CLAIMS, typ="JWT", algorithm="RS256")
    await database.run(rotate_immediately, config)
    longest = timedelta(seconds=config.login_sessions.kept_absolute_lifetime)

    pass_time(longest - timedelta(seconds=1))
    too_early = await database.run(purge_keys, config)
    key_set = await database.run(load_key_set, config)
    pass_time(timedelta(seconds=1))
    removed = await database.run(purge_keys, config)
    later_key_set = await database.run(load_key_set, config)

    assert too_early == 0
    assert key_set.verify(token, typ="JWT") is None
    assert key_set.recognize(token, typ="JWT") == CLAIMS
    assert key_set.recognize(token, typ="at+jwt") is None
    assert removed == 2
    assert later_key_set.recognize(token, typ="JWT") is None
    assert first_keys["RS256", "active"] not in (await kids(database)).values()


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
    pass_time(timedelta(days=90))
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


async def test_a_retired_key_outlives_access_tokens_that_live_longer_than_id_tokens(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """Whichever kind of token lives longest decides how long its key is published."""
    longer = config.tokens.id_token_lifetime * 2
    tokens = config.tokens.model_copy(update={"access_token_lifetime": longer})
    pass_time(LONG_ENOUGH)

    await database.run(rotate_immediately, config.model_copy(update={"tokens": tokens}))

    retired = [row for row in await database.run(describe_keys) if row.state == "retired"]
    assert retired
    for row in retired:
        assert row.retired_at is not None
        assert row.expires_at == row.retired_at + timedelta(seconds=longer, minutes=5)
