"""Sign-ins while there is no thread to hash a password."""

import threading

import bcrypt
import pytest

from idp.config import PasswordsConfig
from idp.storage.credentials import find_user_and_password, set_password_hash
from idp.storage.database import Database
from idp.storage.users import User
from idp.users.passwords import Hasher, HashingBusy, WaitedInVain
from tests.authenticators.attempts import RIGHT, verify

MORE_THAN_ALLOWED = 20


async def test_who_is_sent_away_has_tried_nothing(
    database: Database, hasher: Hasher, alice: User
) -> None:
    """Who finds no place because others are signing in has used up none of their attempts."""
    closed = Hasher(PasswordsConfig(bcrypt_cost=4))
    closed.close()

    for _ in range(MORE_THAN_ALLOWED):
        with pytest.raises(HashingBusy):
            await verify(database, closed, "alice", RIGHT)

    assert await verify(database, hasher, "alice", RIGHT) == alice


async def test_who_waits_in_vain_has_tried_nothing(
    database: Database, hasher: Hasher, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor has who waited until the deadline: nothing was compared, so nothing was guessed."""
    may_finish, real = threading.Event(), bcrypt.checkpw
    config = PasswordsConfig(bcrypt_cost=4, hashing_threads=1)
    slow = Hasher(config.model_copy(update={"hashing_deadline": 0.01}))
    with monkeypatch.context() as patched:
        patched.setattr(bcrypt, "checkpw", lambda *args: may_finish.wait(60) and real(*args))

        for _ in range(MORE_THAN_ALLOWED):
            with pytest.raises(WaitedInVain):
                await verify(database, slow, "alice", "wrong")
        may_finish.set()
        slow.close()

    assert await verify(database, hasher, "alice", RIGHT) == alice


async def test_a_hash_that_cannot_be_renewed_now_is_good(
    database: Database, hasher: Hasher, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no place to hash the password anew it signs in all the same, and stays."""
    imported = bcrypt.hashpw(b"imported one", bcrypt.gensalt(4)).decode()
    await database.run(set_password_hash, alice.user_id, imported)
    real = bcrypt.checkpw

    def checkpw(password: bytes, hashed: bytes) -> bool:
        hasher.close()  # as full as can be, from here on
        return real(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", checkpw)

    assert await verify(database, hasher, "alice", "imported one") == alice

    assert await database.run(find_user_and_password, "alice") == (alice, imported)
