"""Counting attempts before they are made."""

import pytest

from idp.config import ThrottleConfig
from idp.storage.database import Database
from idp.storage.users import User
from idp.users import throttle
from idp.users.throttle import Throttled
from tests.conftest import Clock

CONFIG = ThrottleConfig(
    account_failures=3, account_failures_everywhere=8, address_failures=6, window=300
)
HERE = "192.0.2.1"
THERE = "198.51.100.7"


async def take(database: Database, account: str, address: str = HERE, *, times: int = 1) -> None:
    for _ in range(times):
        await database.run(throttle.take, account, address, CONFIG)


async def is_throttled(database: Database, account: str, address: str = HERE) -> bool:
    try:
        await take(database, account, address)
    except Throttled:
        return True
    return False


async def test_an_account_has_its_share_of_attempts(database: Database) -> None:
    """After the last attempt an account has to wait for more from there."""
    await take(database, "alice", times=3)

    with pytest.raises(Throttled) as refusal:
        await take(database, "alice")

    assert 295 <= refusal.value.retry_after <= 300
    assert not await is_throttled(database, "bob")


async def test_nobody_locks_an_account_for_others(database: Database) -> None:
    """However often it is tried from one address, an account is free for every other."""
    for _ in range(20):
        await is_throttled(database, "alice")

    assert not await is_throttled(database, "alice", THERE)


async def test_guessing_from_many_addresses_comes_to_an_end(database: Database) -> None:
    """After the last attempt from anywhere an account has to wait, wherever the next is from."""
    for n in range(8):
        await take(database, "alice", f"192.0.2.{n}")

    with pytest.raises(Throttled) as refusal:
        await take(database, "alice", THERE)

    assert 295 <= refusal.value.retry_after <= 300
    assert not await is_throttled(database, "bob", THERE)


async def test_the_first_refusal_of_a_window_is_known(database: Database, clock: Clock) -> None:
    """One refusal for each limit and window says that it is the first."""
    first = []
    for _ in range(2):
        await take(database, "alice", times=3)
        for _ in range(3):
            with pytest.raises(Throttled) as refusal:
                await take(database, "alice")
            first.append(refusal.value.is_first)
        clock.move(300)

    assert first == [True, False, False] * 2


async def test_an_address_has_its_share_of_attempts(database: Database) -> None:
    """After the last attempt an address has to wait, whomever the next one aims at."""
    for account in "abcdef":
        await take(database, account)

    assert await is_throttled(database, "g")
    assert not await is_throttled(database, "g", THERE)


async def test_a_throttled_address_locks_nobody_out(database: Database) -> None:
    """An attempt that is refused for its address does not count for the account, not anywhere."""
    for account in "abcdef":
        await take(database, account)

    for _ in range(10):
        assert await is_throttled(database, "alice")

    assert not await is_throttled(database, "alice", THERE)


async def test_the_window_ends(database: Database, clock: Clock) -> None:
    """Nothing is locked for good: attempts made while waiting do not make the wait longer."""
    await take(database, "alice", times=3)
    clock.move(299)
    with pytest.raises(Throttled) as refusal:
        await take(database, "alice")
    clock.move(1)

    assert refusal.value.retry_after == 1
    assert not await is_throttled(database, "alice")


async def test_a_success_forgives(database: Database) -> None:
    """The account begins anew, and the address has as many failures as before."""
    await take(database, "bob", times=3)
    for _ in range(10):
        await take(database, "alice")
        await database.run(throttle.forgive, "alice", HERE)

    await take(database, "alice", times=3)

    assert await is_throttled(database, "carol")


async def test_a_success_forgives_no_strangers(database: Database) -> None:
    """What others guessed elsewhere still counts when the owner of an account signs in."""
    for n in range(5):
        await take(database, "alice", f"192.0.2.{n}")
    for _ in range(10):
        await take(database, "alice", THERE)
        await database.run(throttle.forgive, "alice", THERE)

    await take(database, "alice", THERE, times=3)

    assert await is_throttled(database, "alice", "192.0.2.200")


async def test_failures_of_clients_are_counted_apart(database: Database) -> None:
    """Beyond its share an address is told from others, and people there can still sign in."""

    async def fail(address: str) -> bool:
        return await database.run(throttle.count_client_failure, address, CONFIG)

    here = [await fail(HERE) for _ in range(8)]

    assert here == [False] * 6 + [True] * 2
    assert not await fail(THERE)
    assert not await is_throttled(database, "alice")


async def test_a_refusal_is_counted_though_the_request_fails(database: Database) -> None:
    """The count is kept when the transaction of the request is rolled back."""
    for account in "abcdef":
        await take(database, account)
    for _ in range(3):
        assert await is_throttled(database, "g")

    await database.run(throttle.forgive, "a", HERE)

    assert await is_throttled(database, "g")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"),
        ("192.0.2.9", "::ffff:192.0.2.9"),
        ("2001:DB8::1", "2001:0db8::1"),
        ("fe80::1%eth0", "fe80::2"),
        ("", "unknown, 192.0.2.9"),
        ("nonsense", "192.0.2.9:443"),
        ("\ud800", "192.0.2.999"),
    ],
)
async def test_addresses_of_one_source_are_counted_together(
    database: Database, one: str, other: str
) -> None:
    """A /64 is one source, and so is everything that is no address."""
    for account in "abcdef":
        await take(database, account, one)

    assert await is_throttled(database, "g", other)


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.1", "192.0.2.2"), ("2001:db8:0:1::1", "2001:db8:0:2::1")]
)
async def test_neighbours_are_counted_apart(database: Database, one: str, other: str) -> None:
    """Another address, or another /64, is another source."""
    for account in "abcdef":
        await take(database, account, one)

    assert not await is_throttled(database, "g", other)


async def test_an_account_is_one_whatever_name_is_typed(alice: User) -> None:
    """User name and address share a counter; a name that nobody has cannot be an account's."""
    by_name = throttle.account_key(alice, "alice")
    by_email = throttle.account_key(alice, "alice@example.com")

    assert by_name == by_email
    assert throttle.account_key(None, alice.user_id) != by_name
    assert throttle.account_key(None, "carol") != throttle.account_key(None, "carlo")


async def test_nobody_waits_where_it_is_turned_off(database: Database) -> None:
    """A laboratory may try as often as it likes, from one address and everywhere."""
    off = CONFIG.model_copy(update={"enabled": False})

    for _ in range(20):
        await database.run(throttle.take, "alice", HERE, off)
        await database.run(throttle.take_from_address, HERE, off)

    assert not await is_throttled(database, "alice")  # none of them was counted
