"""Sign-in with a password."""

import pytest
from sqlalchemy import select

from idp import clock
from idp.authenticators import password as authenticator
from idp.authenticators.proof import InvalidCredentials
from idp.storage.audit_events import audit_events
from idp.storage.database import Database, db
from idp.storage.users import User, set_user_disabled
from idp.users.accounts import add_account
from idp.users.passwords import Hasher
from idp.users.throttle import Throttled
from tests.authenticators.attempts import CONFIG, HERE, RIGHT, fail, verify
from tests.parties.accounts import Recorded


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


async def test_failures_are_recorded(
    database: Database, hasher: Hasher, alice: User, recorded: Recorded
) -> None:
    """A failure is an event with its user and client, without what was typed.

    That there were too many is said once, or refusals would fill the table.
    """
    with pytest.raises(InvalidCredentials):
        await database.run(
            lambda: authenticator.verify(
                hasher, CONFIG, "alice", "typed in vain", HERE, client_id="notes"
            )
        )
    await fail(database, hasher, times=4)
    for _ in range(3):
        with pytest.raises(Throttled):
            await verify(database, hasher, "alice", RIGHT)

    rows = await database.run(lambda: db().execute(select(audit_events)).mappings().all())

    assert await recorded() == ["user_added", *["login_failed"] * 5, "login_throttled"]
    assert {row["user_id"] for row in rows} == {alice.user_id}
    assert [row["client_id"] for row in rows[:2]] == [None, "notes"]
    assert "typed in vain" not in str(rows)
