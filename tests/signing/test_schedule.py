"""When the next keys begin to sign by themselves, and that clients have them by then."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from idp import clock
from idp.config import Config
from idp.signing import (
    describe_keys,
    ensure_keys,
    is_rotation_due,
    load_key_set,
    make_spare_keys,
    rotate,
    rotate_if_due,
    rotate_immediately,
)
from idp.storage.database import Database
from tests.parties.relying_party import unverified_header
from tests.signing.keys import (
    Kids,
    PassTime,
    files,
    kids,
    kids_in_state,
    published,
    with_algorithms,
)

Schedule = Callable[..., Config]


@pytest.fixture
def schedule(config: Config) -> Schedule:
    """Give the same configuration with other times."""

    def schedule(**times: int) -> Config:
        return config.model_copy(update={"keys": config.keys.model_copy(update=times)})

    return schedule


async def test_keys_sign_for_the_interval_and_no_longer(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """A second before its end nothing is due, and then all next keys begin to sign."""
    pass_time(timedelta(seconds=config.keys.rotation_interval - 1))
    too_early = await database.run(rotate_if_due, config)
    pass_time(timedelta(seconds=1))

    is_rotated = await database.run(rotate_if_due, config)

    now = await kids(database)
    assert (too_early, is_rotated) == (False, True)
    for algorithm in config.keys.algorithms:
        assert now[algorithm, "active"] == first_keys[algorithm, "next"]
        assert now[algorithm, "retired"] == first_keys[algorithm, "active"]


async def test_whoever_comes_second_changes_nothing(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """When several servers find a rotation due, one of them rotates."""
    pass_time(timedelta(seconds=config.keys.rotation_interval))

    rotated = [await database.run(rotate_if_due, config) for _ in range(3)]

    assert rotated == [True, False, False]
    assert await kids_in_state(database, "retired") == {
        first_keys[algorithm, "active"] for algorithm in config.keys.algorithms
    }


async def test_keys_that_were_made_before_become_the_next_ones(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """Each once: a rotation for which none is left makes its own."""
    pass_time(timedelta(seconds=config.keys.rotation_interval))
    spare_keys = make_spare_keys(config)
    made = {key.kid for key in spare_keys.values()}

    await database.run(rotate_if_due, config, spare_keys)
    after_one = await kids_in_state(database, "next")
    pass_time(timedelta(seconds=config.keys.rotation_interval))
    await database.run(rotate_if_due, config, spare_keys)

    assert after_one == made
    assert await kids_in_state(database, "active") == made
    assert (await kids_in_state(database, "next")).isdisjoint(made)


async def test_keys_that_were_made_in_vain_leave_nothing(
    config: Config, database: Database, first_keys: Kids
) -> None:
    """Another server may have rotated meanwhile: no file of ours is left behind."""
    await database.run(rotate_if_due, config, make_spare_keys(config))

    assert await kids(database) == first_keys
    assert files(config) == set(first_keys.values())


async def test_without_an_interval_nothing_is_ever_due(
    schedule: Schedule, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """With 0, keys are rotated by hand only."""
    by_hand = schedule(rotation_interval=0)
    pass_time(timedelta(days=3650))

    assert await database.run(is_rotation_due, by_hand) is False
    await database.run(rotate, by_hand)


async def test_before_the_first_start_nothing_is_due(config: Config, database: Database) -> None:
    """Without keys there is nothing to rotate."""
    assert await database.run(is_rotation_due, config) is False


async def test_a_rotation_by_hand_begins_the_interval_anew(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """What was rotated yesterday is not rotated today."""
    interval = timedelta(seconds=config.keys.rotation_interval)
    pass_time(interval - timedelta(days=1))
    await database.run(rotate, config)
    pass_time(timedelta(days=1))

    assert await database.run(is_rotation_due, config) is False


async def test_a_rotation_that_is_due_waits_until_clients_have_the_next_keys(
    config: Config, database: Database, pass_time: PassTime, first_keys: Kids
) -> None:
    """An algorithm that has just been added puts it off."""
    pass_time(timedelta(seconds=config.keys.rotation_interval))
    more = with_algorithms(config, "RS256", "Ed25519", "ES256")
    await database.run(ensure_keys, more)

    is_due_at_once = await database.run(is_rotation_due, more)
    pass_time(timedelta(hours=1, minutes=5))

    assert is_due_at_once is False
    assert await database.run(is_rotation_due, more) is True


@pytest.mark.parametrize(
    ("max_age", "minutes"), [(0, 0), (10, 1 / 3), (300, 10), (3600, 65), (86_400, 1445)]
)
async def test_the_wait_follows_from_how_long_clients_keep_the_list(
    schedule: Schedule, database: Database, first_keys: Kids, max_age: int, minutes: float
) -> None:
    """The less they keep it, the sooner a rotation may follow another: at once with 0."""
    config = schedule(jwks_max_age=max_age)
    made_at = max(row.created_at for row in await database.run(describe_keys))

    with pytest.MonkeyPatch.context() as patch:
        ready_at = made_at + timedelta(minutes=minutes)
        if minutes:
            patch.setattr(clock, "now", lambda: ready_at - timedelta(seconds=1))
            with pytest.raises(Exception, match="wait until every client"):
                await database.run(rotate, config)
        patch.setattr(clock, "now", lambda: ready_at)
        await database.run(rotate, config)

    assert await kids_in_state(database, "active") == {
        first_keys[algorithm, "next"] for algorithm in config.keys.algorithms
    }


async def test_no_list_of_keys_is_kept_until_a_key_signs_that_is_not_in_it(
    schedule: Schedule, database: Database, pass_time: PassTime
) -> None:
    """Through scheduled rotations as soon after each other as can be, every kept list is enough."""
    max_age = timedelta(hours=1)
    config = schedule(rotation_interval=60, jwks_max_age=3600)
    await database.run(ensure_keys, config)
    lists: list[tuple[datetime, set[str]]] = []
    signed_with: set[str] = set()

    for _ in range(40):
        await database.run(rotate_if_due, config)
        key_set = await database.run(load_key_set, config)
        kid = unverified_header(key_set.sign({}, typ="JWT", algorithm="RS256"))["kid"]
        lists.append((clock.now(), published(key_set)))
        kept = [kids for fetched_at, kids in lists if clock.now() - fetched_at <= max_age]
        assert all(kid in kids for kids in kept)
        signed_with.add(kid)
        pass_time(timedelta(minutes=7))

    assert len(signed_with) == 4


async def test_an_emergency_does_not_wait_for_the_schedule(
    schedule: Schedule, database: Database, first_keys: Kids
) -> None:
    """Whatever the settings are, the next keys can be let to sign now."""
    config = schedule(rotation_interval=0, jwks_max_age=86_400)

    await database.run(rotate_immediately, config)

    assert first_keys["RS256", "next"] in await kids_in_state(database, "active")
