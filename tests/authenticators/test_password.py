"""Sign-in with a password."""

import asyncio
from collections.abc import Awaitable, Callable

import bcrypt
import pytest
from sqlalchemy import select

from idp import clock
from idp.authenticators import password as authenticator
from idp.authenticators.password import InvalidCredentials
from idp.config import PasswordsConfig, ThrottleConfig
from idp.storage.audit_events import audit_events
from idp.storage.database import Database, db
from idp.storage.users import (
    User,
    find_user_and_password,
    set_password_hash,
    set_user_disabled,
)
from idp.users import passwords
from idp.users.accounts import add_account
from idp.users.passwords import Hasher, HashingBusy
from idp.users.throttle import Throttled

Recorded = Callable[[], Awaitable[list[str]]]

CONFIG = ThrottleConfig(account_failures=5, address_failures=12, window=300)
HERE = "192.0.2.1"
RIGHT = "her secret"


async def verify(
    database: Database, hasher: Hasher, username: str, password: str, address: str = HERE
) -> User:
    return await database.run(authenticator.verify, hasher, CONFIG, username, password, address)


async def fail(database: Database, hasher: Hasher, username: str = "alice", *, times: int) -> None:
    for _ in range(times):
        with pytest.raises(InvalidCredentials):
            await verify(database, hasher, username, "wrong")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The hashes that bcrypt was asked to compare with."""
    seen: list[bytes] = []
    real = bcrypt.checkpw

    def checkpw(password: bytes, hashed: bytes) -> bool:
        seen.append(hashed)
        return real(password, hashed)

    monkeypatch.setattr(passwords.bcrypt, "checkpw", checkpw)
    return seen


@pytest.fixture
async def others(database: Database, hasher: Hasher, alice: User) -> None:
    """Dora, who is disabled, and Paul, who has no password."""

    def add() -> None:
        dora = add_account(hasher, username="dora", email=None, name=None, password=RIGHT)
        add_account(hasher, username="paul", email=None, name=None, password=None)
        set_user_disabled(dora.user_id, clock.now())

    await database.run(add)


@pytest.mark.parametrize(
    "username", ["alice", " ALICE ", "\uff41lice", "alice@example.com", "Alice@EXAMPLE.com"]
)
async def test_name_or_address_and_password_sign_in(
    database: Database, hasher: Hasher, alice: User, username: str
) -> None:
    """A person may type either name, in any capitals."""
    assert await verify(database, hasher, username, RIGHT) == alice


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("alice", "wrong"),
        ("alice", "Her secret"),
        ("alice", "her secret "),
        ("alice", ""),
        ("alice", "\0"),
        ("alice", "\ud800"),
        ("alice", "x" * 100_000),
        ("carol", RIGHT),
        ("dora", RIGHT),
        ("paul", RIGHT),
        ("", RIGHT),
        ("nul\0", RIGHT),
        ("\ud800", RIGHT),
        ("@", RIGHT),
        ("x" * 60_000, RIGHT),
        ("%", RIGHT),
    ],
)
@pytest.mark.usefixtures("others")
async def test_all_else_is_refused_in_the_same_way(
    database: Database, hasher: Hasher, username: str, password: str
) -> None:
    """Nobody learns whether the name, the password or the account was wrong."""
    with pytest.raises(InvalidCredentials) as refusal:
        await verify(database, hasher, username, password)

    assert str(refusal.value) == ""


@pytest.mark.parametrize("username", ["alice", "alice@example.com", "carol", "dora", "paul"])
@pytest.mark.usefixtures("others")
async def test_every_failure_costs_one_comparison(
    database: Database, hasher: Hasher, checks: list[bytes], username: str
) -> None:
    """A user who is unknown, disabled or without password takes as long as any other."""
    await fail(database, hasher, username, times=1)

    assert [hashed[:7] for hashed in checks] == [b"$2b$04$"]


@pytest.mark.usefixtures("others")
async def test_a_disabled_user_costs_as_much_with_the_right_password(
    database: Database, hasher: Hasher, checks: list[bytes]
) -> None:
    """Not even the right password tells by the time it takes that an account exists."""
    with pytest.raises(InvalidCredentials):
        await verify(database, hasher, "dora", RIGHT)

    assert len(checks) == 1


@pytest.mark.parametrize("username", ["alice", "carol"])
async def test_guessing_in_parallel_gains_nothing(
    database: Database, hasher: Hasher, alice: User, checks: list[bytes], username: str
) -> None:
    """Of twenty attempts at once only as many are compared as are allowed one after another."""
    results = await asyncio.gather(
        *[verify(database, hasher, username, f"guess {n}", f"192.0.2.{n}") for n in range(20)],
        return_exceptions=True,
    )

    names = sorted(type(result).__name__ for result in results)
    assert names == ["InvalidCredentials"] * 5 + ["Throttled"] * 15
    assert len(checks) == 5


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


async def test_a_busy_server_counts_no_failure(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """Who is sent away because others are signing in has used up none of their attempts."""
    closed = Hasher(PasswordsConfig(bcrypt_cost=4))
    closed.close()
    for _ in range(20):
        with pytest.raises(HashingBusy):
            await verify(database, closed, "alice", RIGHT)

    assert await verify(database, hasher, "alice", RIGHT) == alice


async def test_an_outdated_hash_is_renewed(database: Database, hasher: Hasher, alice: User) -> None:
    """Signing in turns an imported hash into one of ours, which is good as it is."""
    imported = bcrypt.hashpw(b"imported one", bcrypt.gensalt(4)).decode()
    await database.run(set_password_hash, alice.user_id, imported)

    assert await verify(database, hasher, "alice", "imported one")

    _, renewed = await database.run(find_user_and_password, "alice")
    assert renewed.startswith("$idp-bcrypt$")
    assert await verify(database, hasher, "alice", "imported one")
    assert await database.run(find_user_and_password, "alice") == (alice, renewed)


async def test_two_sign_ins_renew_a_hash_in_peace(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """When both find the hash outdated, both sign in."""
    imported = bcrypt.hashpw(b"imported one", bcrypt.gensalt(4)).decode()
    await database.run(set_password_hash, alice.user_id, imported)

    both = await asyncio.gather(
        *[verify(database, hasher, "alice", "imported one") for _ in range(2)]
    )

    assert both == [alice, alice]


async def test_a_wrong_password_renews_nothing(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """Only who knows the password can have it kept in another form."""
    imported = bcrypt.hashpw(b"imported one", bcrypt.gensalt(4)).decode()
    await database.run(set_password_hash, alice.user_id, imported)

    await fail(database, hasher, times=1)

    assert await database.run(find_user_and_password, "alice") == (alice, imported)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Let something happen after a comparison, before the request goes on."""

    def arrange(event: Callable[[], None]) -> None:
        real, happened = bcrypt.checkpw, []

        def checkpw(password: bytes, hashed: bytes) -> bool:
            matches = real(password, hashed)
            if not happened:
                happened.append(True)
                event()
            return matches

        monkeypatch.setattr(passwords.bcrypt, "checkpw", checkpw)

    return arrange


@pytest.mark.parametrize("is_outdated", [False, True])
async def test_a_password_changed_meanwhile_is_the_one_that_counts(
    database: Database,
    hasher: Hasher,
    alice: User,
    meanwhile: Callable[[Callable[[], None]], None],
    is_outdated: bool,
) -> None:
    """The old password neither signs in nor comes back by being renewed."""
    if is_outdated:
        imported = bcrypt.hashpw(RIGHT.encode(), bcrypt.gensalt(4)).decode()
        await database.run(set_password_hash, alice.user_id, imported)
    changed = await database.run(hasher.hash, "her new secret")
    loop = asyncio.get_running_loop()
    change = database.run
    meanwhile(
        lambda: asyncio.run_coroutine_threadsafe(
            change(set_password_hash, alice.user_id, changed), loop
        ).result(10)
    )

    with pytest.raises(InvalidCredentials):
        await verify(database, hasher, "alice", RIGHT)

    assert await database.run(find_user_and_password, "alice") == (alice, changed)


async def test_a_user_disabled_meanwhile_is_refused(
    database: Database,
    hasher: Hasher,
    alice: User,
    meanwhile: Callable[[Callable[[], None]], None],
) -> None:
    """Hashing takes long enough for an account to be closed."""
    loop = asyncio.get_running_loop()
    disable = database.run
    meanwhile(
        lambda: asyncio.run_coroutine_threadsafe(
            disable(set_user_disabled, alice.user_id, clock.now()), loop
        ).result(10)
    )

    with pytest.raises(InvalidCredentials):
        await verify(database, hasher, "alice", RIGHT)


async def test_failures_are_recorded(
    database: Database, hasher: Hasher, alice: User, recorded: Recorded
) -> None:
    """Each failure is an event with its user and client, without what was typed."""
    with pytest.raises(InvalidCredentials):
        await database.run(
            lambda: authenticator.verify(
                hasher, CONFIG, "alice", "typed in vain", HERE, client_id="notes"
            )
        )
    await fail(database, hasher, times=4)
    with pytest.raises(Throttled):
        await verify(database, hasher, "alice", RIGHT)

    rows = await database.run(lambda: db().execute(select(audit_events)).mappings().all())

    assert await recorded() == ["user_added", *["login_failed"] * 5, "login_throttled"]
    assert {row["user_id"] for row in rows} == {alice.user_id}
    assert [row["client_id"] for row in rows[:2]] == [None, "notes"]
    assert "typed in vain" not in str(rows)
