"""Hashing of passwords."""

import asyncio
import threading

import bcrypt
import pytest
from pydantic import SecretStr

from idp.config import PasswordsConfig
from idp.storage.database import Database
from idp.users import passwords
from idp.users.passwords import Hasher, HashingBusy, UnusablePassword, Verdict

PLAIN = PasswordsConfig(bcrypt_cost=4)
COSTLIER = PasswordsConfig(bcrypt_cost=5)
PEPPERED = PasswordsConfig(bcrypt_cost=4, pepper=SecretStr("q8Jd0-one"))
PEPPERED_ANEW = PasswordsConfig(bcrypt_cost=4, pepper=SecretStr("q8Jd0-two"))

GOOD = Verdict(matches=True, needs_rehash=False)
OUTDATED = Verdict(matches=True, needs_rehash=True)
WRONG = Verdict(matches=False, needs_rehash=False)


@pytest.mark.parametrize(
    "password",
    ["x", "correct horse", " spaces stay ", "пароль", "🔑" * 40, "é" * 200 + "z", "x" * 256],
)
async def test_a_password_matches_its_own_hash(
    database: Database, hasher: Hasher, password: str
) -> None:
    """Whatever characters and however many, a password matches its own hash and stays hidden."""
    stored = await database.run(hasher.hash, password)

    verdict = await database.run(hasher.verify, password, stored)

    assert verdict == GOOD
    assert stored.startswith("$idp-bcrypt$v=1,k=0$2b$04$")
    assert len(password) == 1 or password not in stored


@pytest.mark.parametrize(
    ("password", "other"),
    [
        ("x" * 100 + "a", "x" * 100 + "b"),
        ("é" * 150 + "a", "é" * 150 + "b"),
        ("secret", "Secret"),
        ("secret", "secret "),
    ],
)
async def test_every_character_matters(
    database: Database, hasher: Hasher, password: str, other: str
) -> None:
    """A password that differs in its last character, its case or a space does not match."""
    stored = await database.run(hasher.hash, password)

    verdict = await database.run(hasher.verify, other, stored)

    assert verdict == WRONG


async def test_the_same_letters_typed_otherwise_match(database: Database, hasher: Hasher) -> None:
    """A keyboard that composes accents gives the same password as one that does not (NFKC)."""
    stored = await database.run(hasher.hash, "caf\u00e9 \uff11\uff12")

    verdict = await database.run(hasher.verify, "cafe\u0301 12", stored)

    assert verdict == GOOD


@pytest.mark.parametrize("password", ["", "x" * 257, "nul\0inside", "half \ud800"])
async def test_what_cannot_be_hashed_is_refused_unread(
    database: Database, hasher: Hasher, checks: list[bytes], password: str
) -> None:
    """An empty, endless or impossible password is refused before any work is done for it."""
    stored = await database.run(hasher.hash, "something else")

    verdict = await database.run(hasher.verify, password, stored)

    assert verdict == WRONG
    assert checks == []
    with pytest.raises(UnusablePassword):
        await database.run(hasher.hash, password)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        "plain text",
        "$2b$31$" + "." * 53,
        "$idp-bcrypt$v=1,k=0$2b$31$" + "." * 53,
        "$idp-bcrypt$v=1,k=deadbeef$2b$04$" + "." * 53,
        "$idp-bcrypt$v=2,k=0$2b$04$" + "." * 53,
    ],
)
async def test_nobody_costs_as_much_as_somebody(
    database: Database, hasher: Hasher, checks: list[bytes], stored: str | None
) -> None:
    """Without a hash that can be used, one comparison of the same cost is made in vain."""
    verdict = await database.run(hasher.verify, "a password", stored)

    assert verdict == WRONG
    assert [hashed[:7] for hashed in checks] == [b"$2b$04$"]


@pytest.mark.parametrize("version", ["2a", "2b", "2y"])
async def test_an_imported_hash_is_good_once(
    database: Database, hasher: Hasher, version: str
) -> None:
    """A plain bcrypt hash of another program is accepted, and is to be replaced."""
    hashed = bcrypt.hashpw(b"their password", bcrypt.gensalt(4)).decode()
    stored = hashed.replace("$2b$", f"${version}$")

    right = await database.run(hasher.verify, "their password", stored)
    wrong = await database.run(hasher.verify, "another password", stored)

    assert right == OUTDATED
    assert wrong == WRONG


async def test_an_imported_hash_knows_72_bytes_only(database: Database, hasher: Hasher) -> None:
    """A long password still matches the hash that another program made of its beginning."""
    stored = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()

    verdict = await database.run(hasher.verify, "x" * 100, stored)

    assert verdict == OUTDATED


async def test_an_imported_hash_that_is_none_matches_nothing(
    database: Database, hasher: Hasher
) -> None:
    """A salt that bcrypt refuses makes a wrong password, not an error."""
    verdict = await database.run(hasher.verify, "x", "$2b$04$" + "z" * 53)

    assert verdict == WRONG


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PLAIN, PLAIN, GOOD),
        (PLAIN, COSTLIER, OUTDATED),
        (COSTLIER, PLAIN, OUTDATED),
        (PLAIN, PEPPERED, OUTDATED),
        (PEPPERED, PEPPERED, GOOD),
        (PEPPERED, PEPPERED_ANEW, WRONG),
        (PEPPERED, PLAIN, WRONG),
    ],
)
async def test_settings_may_change(
    database: Database, before: PasswordsConfig, after: PasswordsConfig, expected: Verdict
) -> None:
    """A hash outlives a change of cost and the first pepper, but not the loss of its pepper."""
    first, second = Hasher(before), Hasher(after)
    stored = await database.run(first.hash, "a password")

    verdict = await database.run(second.verify, "a password", stored)

    assert verdict == expected
    assert "q8Jd0" not in stored
    first.close()
    second.close()


async def test_the_queue_has_an_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all threads and all places are taken one more is refused, and later there is room."""
    hasher = Hasher(PasswordsConfig(bcrypt_cost=4, hashing_threads=1, hashing_queue=2))
    may_finish = threading.Event()
    real = bcrypt.hashpw

    def hashpw(password: bytes, salt: bytes) -> bytes:
        may_finish.wait(10)
        return real(password, salt)

    monkeypatch.setattr(passwords.bcrypt, "hashpw", hashpw)
    waiting = [asyncio.create_task(database.run(hasher.hash, "a password")) for _ in range(5)]
    done, _ = await asyncio.wait(waiting, timeout=5, return_when=asyncio.FIRST_EXCEPTION)
    assert isinstance(done.pop().exception(), HashingBusy)

    may_finish.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["HashingBusy"] * 2 + ["str"] * 3
    assert await database.run(hasher.hash, "a password")
    hasher.close()


async def test_a_closed_hasher_is_busy(database: Database, hasher: Hasher) -> None:
    """While the server stops, sign-ins are told to come again, however many ask."""
    hasher.close()

    for _ in range(100):
        with pytest.raises(HashingBusy):
            await database.run(hasher.hash, "a password")
