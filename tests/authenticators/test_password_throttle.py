"""How many attempts a person and an address have."""

import asyncio

import pytest

from idp.storage.database import Database
from idp.storage.users import User
from idp.users.passwords import Hasher
from idp.users.throttle import Throttled
from tests.authenticators.attempts import RIGHT, fail, verify


@pytest.mark.parametrize(("addresses", "allowed"), [(1, 5), (20, 8)])
@pytest.mark.parametrize("username", ["alice", "carol"])
async def test_guessing_in_parallel_gains_nothing(
    database: Database,
    hasher: Hasher,
    alice: User,
    checks: list[bytes],
    username: str,
    addresses: int,
    allowed: int,
) -> None:
    """Of twenty attempts at once only as many are compared as are allowed one after another."""
    results = await asyncio.gather(
        *[
            verify(database, hasher, username, f"guess {n}", f"192.0.2.{n % addresses}")
            for n in range(20)
        ],
        return_exceptions=True,
    )

    names = sorted(type(result).__name__ for result in results)
    assert names == ["InvalidCredentials"] * allowed + ["Throttled"] * (20 - allowed)
    assert len(checks) == allowed


async def test_nobody_is_locked_out_from_elsewhere(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """Whoever guesses until they have to wait leaves the account to its owner."""
    await fail(database, hasher, times=5)
    for _ in range(10):
        with pytest.raises(Throttled):
            await verify(database, hasher, "alice", "wrong")

    assert await verify(database, hasher, "alice", RIGHT, "198.51.100.7") == alice


async def test_both_names_of_a_user_share_a_counter(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """Changing between user name and address gives no more attempts."""
    await fail(database, hasher, "alice", times=3)
    await fail(database, hasher, "ALICE@example.com", times=2)

    with pytest.raises(Throttled):
        await verify(database, hasher, "alice", RIGHT)


async def test_a_throttled_attempt_is_not_compared(
    database: Database, hasher: Hasher, alice: User, checks: list[bytes]
) -> None:
    """Over the limit even the right password is refused unread."""
    await fail(database, hasher, times=5)
    checks.clear()

    with pytest.raises(Throttled) as refusal:
        await verify(database, hasher, "alice", RIGHT)

    assert 0 < refusal.value.retry_after <= 300
    assert checks == []


async def test_guessing_many_names_is_throttled_by_address(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """One password tried on many accounts stops at the share of its address."""
    for n in range(12):
        await fail(database, hasher, f"user{n}", times=1)

    with pytest.raises(Throttled):
        await verify(database, hasher, "alice", RIGHT)
    assert await verify(database, hasher, "alice", RIGHT, "198.51.100.7") == alice


async def test_success_begins_the_count_anew(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """A person who mistypes now and then, and signs in often, is never throttled."""
    for _ in range(2):
        await fail(database, hasher, times=4)
        assert await verify(database, hasher, "alice", RIGHT)
    for _ in range(20):
        assert await verify(database, hasher, "alice", RIGHT)
