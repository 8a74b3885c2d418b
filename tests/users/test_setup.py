"""The one-time link of the first administrator."""

import asyncio

import bcrypt
import pytest

from idp.config import Config
from idp.storage.database import Database
from idp.storage.users import User, list_users
from idp.users import setup
from idp.users.accounts import add_account
from idp.users.names import NameTaken, ValidationFailed
from idp.users.passwords import Hasher
from idp.users.setup import SetupLinkInvalid
from tests.conftest import Clock
from tests.parties.accounts import Recorded

ROOT = {
    "username": "root",
    "email": "root@example.com",
    "name": "",
    "password": "copper lantern under moss",
}


async def make_token(database: Database) -> str:
    return (await database.run(setup.make_setup_token)).reveal()


async def complete(
    database: Database, hasher: Hasher, config: Config, token: str, **changes: str
) -> User:
    return await database.run(
        lambda: setup.complete_setup(hasher, config, token, **(ROOT | changes))
    )


async def test_the_link_makes_an_administrator(
    database: Database,
    hasher: Hasher,
    config: Config,
    recorded: Recorded,
) -> None:
    """A server without administrator needs to be set up, and then does not any more."""
    assert await database.run(setup.setup_needed)
    token = await make_token(database)

    user = await complete(database, hasher, config, token)

    assert user.is_admin
    assert await database.run(list_users) == [user]
    assert not await database.run(setup.setup_needed)
    assert await recorded() == ["setup_completed"]


async def test_ordinary_people_do_not_set_up_a_server(database: Database, alice: User) -> None:
    """A server whose users are no administrators still needs one."""
    assert await database.run(setup.setup_needed)


async def test_the_link_works_once(database: Database, hasher: Hasher, config: Config) -> None:
    """Who follows the link after that makes no second administrator."""
    token = await make_token(database)
    user = await complete(database, hasher, config, token)

    with pytest.raises(SetupLinkInvalid):
        await complete(database, hasher, config, token, username="second", email="b@example.com")

    assert await database.run(list_users) == [user]


async def test_a_name_taken_meanwhile_does_not_cost_the_link(
    database: Database, hasher: Hasher, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing takes long enough for somebody else to take the name."""
    token = await make_token(database)
    real, loop = bcrypt.hashpw, asyncio.get_running_loop()

    def add_root() -> User:
        return add_account(hasher, username="root", email=None, name=None, password=None)

    def hashpw(password: bytes, salt: bytes) -> bytes:
        asyncio.run_coroutine_threadsafe(database.run(add_root), loop).result(10)
        return real(password, salt)

    with monkeypatch.context() as patched:
        patched.setattr(bcrypt, "hashpw", hashpw)
        # As the page does, which shows its form again: the transaction goes on and is committed.
        await database.run(lambda: refused(hasher, config, token))

    assert await complete(database, hasher, config, token, username="toor")


def refused(hasher: Hasher, config: Config, token: str) -> None:
    with pytest.raises(NameTaken):
        setup.complete_setup(hasher, config, token, **ROOT)


async def test_of_two_who_follow_the_link_at_once_one_wins(
    database: Database, hasher: Hasher, config: Config
) -> None:
    """Both find the link good; only one account is made."""
    token = await make_token(database)

    results = await asyncio.gather(
        *[
            complete(database, hasher, config, token, username=name, email=f"{name}@example.com")
            for name in ("root", "toor")
        ],
        return_exceptions=True,
    )

    assert sorted(type(result).__name__ for result in results) == ["SetupLinkInvalid", "User"]
    assert len(await database.run(list_users)) == 1


@pytest.mark.parametrize("token", ["", "unknown", "\ud800", "nul\0", "x" * 10_000])
async def test_an_invented_link_is_invalid(
    database: Database, hasher: Hasher, config: Config, token: str
) -> None:
    """A token that was never made is no good."""
    await make_token(database)

    with pytest.raises(SetupLinkInvalid):
        await database.run(setup.check_setup_link, token)
    with pytest.raises(SetupLinkInvalid):
        await complete(database, hasher, config, token)


async def test_the_link_is_good_for_a_day(
    database: Database, hasher: Hasher, config: Config, clock: Clock
) -> None:
    """A link that nobody followed in time is no good, and a new one is."""
    token = await make_token(database)
    clock.move(24 * 3600 - 60)
    await database.run(setup.check_setup_link, token)
    clock.move(60)

    with pytest.raises(SetupLinkInvalid):
        await complete(database, hasher, config, token)

    assert await complete(database, hasher, config, await make_token(database))


async def test_a_new_link_replaces_the_old_one(database: Database) -> None:
    """Only the link that was printed last is good."""
    old = await make_token(database)
    new = await make_token(database)

    await database.run(setup.check_setup_link, new)
    with pytest.raises(SetupLinkInvalid):
        await database.run(setup.check_setup_link, old)


async def test_an_administrator_made_otherwise_closes_the_door(
    database: Database, hasher: Hasher, config: Config
) -> None:
    """A link in an old log is no good once the command line has made an administrator."""
    token = await make_token(database)
    await database.run(
        lambda: add_account(
            hasher, username="boss", email=None, name=None, password=None, is_admin=True
        )
    )

    with pytest.raises(SetupLinkInvalid):
        await complete(database, hasher, config, token)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"password": "short"}, ValidationFailed),
        ({"email": ""}, ValidationFailed),
        ({"username": "Alice"}, NameTaken),
    ],
)
async def test_a_mistake_does_not_cost_the_link(
    database: Database,
    hasher: Hasher,
    config: Config,
    alice: User,
    changes: dict[str, str],
    error: type[ValidationFailed],
) -> None:
    """After a form that is not right, the same link takes the corrected one."""
    token = await make_token(database)
    with pytest.raises(error):
        await complete(database, hasher, config, token, **changes)

    assert await complete(database, hasher, config, token)
