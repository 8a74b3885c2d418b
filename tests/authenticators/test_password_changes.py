"""Hashes that are renewed at sign-in, and accounts that change while a password is compared."""

import asyncio
from collections.abc import Callable

import bcrypt
import pytest

from idp import clock
from idp.authenticators.proof import InvalidCredentials
from idp.storage.credentials import find_user_and_password, set_password_hash
from idp.storage.database import Database
from idp.storage.users import User, set_user_disabled
from idp.users.passwords import Hasher
from tests.authenticators.attempts import RIGHT, fail, verify


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

        monkeypatch.setattr(bcrypt, "checkpw", checkpw)

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
