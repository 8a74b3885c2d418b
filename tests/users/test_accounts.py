"""How accounts come and go."""

import asyncio

import pytest

from idp.config import Config, RegistrationConfig
from idp.storage.credentials import find_user_and_password
from idp.storage.database import Database
from idp.storage.users import User, find_user, list_users
from idp.users import accounts, login_sessions, registration
from idp.users.names import NameTaken, ValidationFailed
from idp.users.passwords import Hasher
from tests.parties.accounts import Recorded
from tests.users.conftest import Allow, IsLive

BOB = {
    "username": "Bob",
    "email": "Bob@Example.com",
    "name": "Bob Builder",
    "password": "copper lantern under moss",
}


async def register(database: Database, hasher: Hasher, config: Config, **changes: str) -> User:
    return await database.run(lambda: registration.register(hasher, config, **(BOB | changes)))


async def add(database: Database, hasher: Hasher, **changes: object) -> User:
    return await database.run(lambda: accounts.add_account(hasher, **(BOB | changes)))


async def test_a_person_registers(
    database: Database, hasher: Hasher, config: Config, recorded: Recorded
) -> None:
    """Who registers has an ordinary account, and an address that nobody has verified."""
    user = await register(database, hasher, config)

    assert await database.run(find_user, user.user_id) == user
    assert (user.username, user.email, user.name) == ("Bob", "Bob@example.com", "Bob Builder")
    assert (user.is_admin, user.email_verified, user.is_active) == (False, False, True)
    assert await recorded() == ["user_registered"]


@pytest.mark.parametrize("key", ["bob", "bob@example.com"])
async def test_the_password_belongs_to_both_names(
    database: Database, hasher: Hasher, config: Config, key: str
) -> None:
    """The account is found with its hash by user name and by address."""
    user = await register(database, hasher, config)

    found, stored = await database.run(find_user_and_password, key)

    assert found == user
    assert (await database.run(hasher.verify, BOB["password"], stored)).matches


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"username": "b b"}, {"username"}),
        ({"email": "nowhere"}, {"email"}),
        ({"email": " "}, {"email"}),
        ({"name": "x" * 101}, {"name"}),
        ({"password": "short"}, {"password"}),
        ({"password": "password"}, {"password"}),
        ({"password": "bob builder"}, {"password"}),
        ({"password": "login.example.com"}, {"password"}),
        ({"password": "nul in it\0 somewhere"}, {"password"}),
        (
            {"username": "\ud800", "email": "\ud800", "name": "\ud800", "password": "\ud800"},
            {"username", "email", "name", "password"},
        ),
    ],
)
async def test_what_cannot_be_registered_is_explained(
    database: Database,
    hasher: Hasher,
    config: Config,
    changes: dict[str, str],
    fields: set[str],
) -> None:
    """Each field that is wrong has a sentence, and no account is made."""
    with pytest.raises(ValidationFailed) as failure:
        await register(database, hasher, config, **changes)

    assert set(failure.value.errors) == fields
    assert all(sentence.endswith(".") for sentence in failure.value.errors.values())
    assert await database.run(list_users) == []


async def test_registration_may_be_closed(database: Database, hasher: Hasher) -> None:
    """Nobody registers where the operator has not opened the door."""
    closed = Config(registration=RegistrationConfig(mode="off"))

    with pytest.raises(registration.RegistrationClosed):
        await register(database, hasher, closed)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "BOB", "email": "other@example.com"}, "username"),
        ({"username": "\uff22ob", "email": "other@example.com"}, "username"),
        ({"username": "robert", "email": "BOB@EXAMPLE.COM"}, "email"),
        ({}, "username"),
    ],
)
async def test_a_name_is_given_once(
    database: Database, hasher: Hasher, config: Config, changes: dict[str, str], field: str
) -> None:
    """Another spelling of a name that is taken is taken too."""
    await register(database, hasher, config)

    with pytest.raises(NameTaken) as failure:
        await register(database, hasher, config, **changes)

    assert failure.value.field == field
    assert set(failure.value.errors) == {field}


@pytest.mark.parametrize(
    ("changes", "field"), [({}, "username"), ({"username": "robert"}, "email")]
)
async def test_of_two_registrations_at_once_one_wins(
    database: Database, hasher: Hasher, config: Config, changes: dict[str, str], field: str
) -> None:
    """Both find the name free before hashing; the second to be written is told that it is taken."""
    results = await asyncio.gather(
        register(database, hasher, config),
        register(database, hasher, config, **changes),
        return_exceptions=True,
    )

    users = [result for result in results if isinstance(result, User)]
    (refused,) = [result for result in results if isinstance(result, NameTaken)]
    assert refused.field == field
    assert await database.run(list_users) == users


async def test_an_operator_adds_an_account(
    database: Database, hasher: Hasher, recorded: Recorded
) -> None:
    """An operator decides on rank, verification, and even on a weak password."""
    user = await add(database, hasher, password="bob", is_admin=True, email_verified=True)

    assert (user.is_admin, user.email_verified) == (True, True)
    assert await recorded() == ["user_added"]


async def test_an_account_needs_neither_password_nor_address(
    database: Database, hasher: Hasher
) -> None:
    """Without an address there is none to be verified, without a password nobody signs in by it."""
    user = await add(database, hasher, password=None, email=None, email_verified=True)

    assert await database.run(find_user_and_password, "bob") == (user, None)
    assert (user.email, user.email_verified) == (None, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "a@b"}, "username"),
        ({"email": "nowhere"}, "email"),
        ({"password": ""}, "password"),
        ({"password": "x" * 300}, "password"),
        ({"username": "Alice"}, "username"),
    ],
)
async def test_an_operator_is_bound_by_the_rules_of_names(
    database: Database, hasher: Hasher, alice: User, changes: dict[str, str], field: str
) -> None:
    """Names must be valid and free, and a password must be one."""
    with pytest.raises(ValidationFailed) as failure:
        await add(database, hasher, **changes)

    assert set(failure.value.errors) == {field}
    assert await database.run(list_users) == [alice]


async def test_a_disabled_account_has_nothing_open(
    database: Database,
    config: Config,
    alice: User,
    allow: Allow,
    is_live: IsLive,
    recorded: Recorded,
) -> None:
    """Disabling an account ends its sign-ins and all that it allowed, offline access included."""
    secret, _ = await database.run(login_sessions.start, alice, ["pwd"], config.login_sessions)
    grant = await allow("openid", "offline_access")

    assert await database.run(accounts.disable_account, alice.user_id)

    found = await database.run(login_sessions.find, secret.reveal(), config.login_sessions)
    assert found is None
    assert not await is_live(grant)
    assert not (await database.run(find_user, alice.user_id)).is_active
    assert (await recorded())[-1] == "user_disabled"


async def test_an_account_is_enabled_again(
    database: Database, config: Config, alice: User, recorded: Recorded
) -> None:
    """An account comes back, yet what was ended with it does not."""
    secret, _ = await database.run(login_sessions.start, alice, ["pwd"], config.login_sessions)
    await database.run(accounts.disable_account, alice.user_id)

    assert await database.run(accounts.enable_account, alice.user_id)

    found = await database.run(login_sessions.find, secret.reveal(), config.login_sessions)
    assert found is None
    assert (await database.run(find_user, alice.user_id)).is_active
    assert (await recorded())[-1] == "user_enabled"


async def test_nobody_cannot_be_disabled(database: Database) -> None:
    """It is told that there is no such account."""
    assert not await database.run(accounts.disable_account, "nobody")
    assert not await database.run(accounts.enable_account, "nobody")


async def test_a_changed_password_ends_what_the_old_one_opened(
    database: Database,
    hasher: Hasher,
    config: Config,
    alice: User,
    allow: Allow,
    is_live: IsLive,
    recorded: Recorded,
) -> None:
    """The browser in which it is changed stays signed in; all others and all grants end."""
    here, current = await database.run(login_sessions.start, alice, ["pwd"], config.login_sessions)
    there, _ = await database.run(login_sessions.start, alice, ["pwd"], config.login_sessions)
    grant = await allow("openid", "offline_access", sid=current.sid)

    await database.run(
        lambda: accounts.change_password(
            hasher, config, alice, "copper lantern under moss", current_sid=current.sid
        )
    )

    assert await database.run(login_sessions.find, here.reveal(), config.login_sessions)
    assert not await database.run(login_sessions.find, there.reveal(), config.login_sessions)
    assert not await is_live(grant)
    _, stored = await database.run(find_user_and_password, "alice")
    new = await database.run(hasher.verify, "copper lantern under moss", stored)
    old = await database.run(hasher.verify, "her secret", stored)
    assert (new.matches, old.matches) == (True, False)
    assert (await recorded())[-1] == "password_changed"


async def test_a_weak_new_password_changes_nothing(
    database: Database, hasher: Hasher, config: Config, alice: User
) -> None:
    """The rules of registration hold for each password after the first, too."""
    with pytest.raises(ValidationFailed) as failure:
        await database.run(accounts.change_password, hasher, config, alice, "alice2026")

    _, stored = await database.run(find_user_and_password, "alice")
    assert set(failure.value.errors) == {"password"}
    assert (await database.run(hasher.verify, "her secret", stored)).matches
