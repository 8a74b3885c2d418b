"""Hashing of passwords."""

import subprocess
import sys
from collections.abc import Iterator

import bcrypt
import pytest
from argon2.low_level import Type, hash_secret
from pydantic import SecretStr

from idp.config import PasswordsConfig
from idp.storage.database import Database
from idp.users.passwords import Hasher, HashingBusy, UnusablePassword, Verdict, argon2id_scheme

PLAIN = PasswordsConfig(bcrypt_cost=4)
COSTLIER = PasswordsConfig(bcrypt_cost=5)
PEPPERED = PasswordsConfig(bcrypt_cost=4, pepper=SecretStr("q8Jd0-one"))
PEPPERED_ANEW = PasswordsConfig(bcrypt_cost=4, pepper=SecretStr("q8Jd0-two"))
QUICK = {"argon2_memory_kib": 128, "argon2_passes": 1}
ARGON2 = PasswordsConfig(scheme="argon2id", **QUICK)
ARGON2_LARGER = PasswordsConfig(scheme="argon2id", **(QUICK | {"argon2_memory_kib": 256}))
ARGON2_LONGER = PasswordsConfig(scheme="argon2id", **(QUICK | {"argon2_passes": 2}))
ARGON2_WIDER = PasswordsConfig(scheme="argon2id", **(QUICK | {"argon2_lanes": 2}))
ARGON2_PEPPERED = PasswordsConfig(scheme="argon2id", pepper=SecretStr("q8Jd0-one"), **QUICK)

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
        (ARGON2, ARGON2, GOOD),
        (ARGON2, ARGON2_LARGER, OUTDATED),
        (ARGON2, ARGON2_LONGER, OUTDATED),
        (ARGON2, ARGON2_WIDER, OUTDATED),
        (ARGON2, ARGON2_PEPPERED, OUTDATED),
        (ARGON2_PEPPERED, ARGON2_PEPPERED, GOOD),
        (ARGON2_PEPPERED, ARGON2, WRONG),
        (PLAIN, ARGON2, OUTDATED),
        (ARGON2, PLAIN, OUTDATED),
        (PEPPERED, ARGON2_PEPPERED, OUTDATED),
        (ARGON2_PEPPERED, PEPPERED, OUTDATED),
        (PEPPERED, ARGON2, WRONG),
    ],
)
async def test_settings_may_change(
    database: Database, before: PasswordsConfig, after: PasswordsConfig, expected: Verdict
) -> None:
    """A hash outlives a change of work or scheme and the first pepper, not the loss of its own."""
    first, second = Hasher(before), Hasher(after)
    stored = await database.run(first.hash, "a password")

    verdict = await database.run(second.verify, "a password", stored)

    assert verdict == expected
    assert "q8Jd0" not in stored
    first.close()
    second.close()


@pytest.fixture
def argon2() -> Iterator[Hasher]:
    """Give a hasher that uses Argon2id."""
    hasher = Hasher(ARGON2)
    yield hasher
    hasher.close()


async def test_the_form_of_an_argon2id_hash(database: Database, argon2: Hasher) -> None:
    """It says the scheme, the pepper and the settings, and has a salt of its own."""
    first, second = [await database.run(argon2.hash, "a password") for _ in range(2)]

    assert first.startswith("$idp-argon2id$v=1,k=0$argon2id$v=19$m=128,t=1,p=1$")
    assert first != second
    assert await database.run(argon2.verify, "another password", first) == WRONG


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "plain text",
        "$argon2id$v=19$m=2000000,t=1,p=1$c29tZXNhbHQ$" + "A" * 43,
        "$argon2id$v=19$m=128,t=1000,p=1$c29tZXNhbHQ$" + "A" * 43,
        "$argon2id$v=19$m=1048576,t=1,p=1000$c29tZXNhbHQ$" + "A" * 43,
        "$idp-argon2id$v=1,k=0$argon2id$v=19$m=128,t=1000,p=1$c29tZXNhbHQ$" + "A" * 43,
        "$idp-argon2id$v=1,k=deadbeef$argon2id$v=19$m=128,t=1,p=1$c29tZXNhbHQ$" + "A" * 43,
        "$argon2i$v=19$m=128,t=1,p=1$c29tZXNhbHQ$" + "A" * 43,
        "$argon2id$v=19$m=128,t=1,p=1$c29tZXNhbHQ",
    ],
)
async def test_nobody_costs_as_much_as_somebody_with_argon2id(
    database: Database, argon2: Hasher, monkeypatch: pytest.MonkeyPatch, stored: str | None
) -> None:
    """Without a hash that can be used, one comparison of the same cost is made in vain."""
    seen: list[bytes] = []
    real = argon2id_scheme.verify_secret

    def verify_secret(hashed: bytes, secret: bytes, type: Type) -> bool:
        seen.append(hashed)
        return real(hashed, secret, type)

    monkeypatch.setattr(argon2id_scheme, "verify_secret", verify_secret)

    verdict = await database.run(argon2.verify, "a password", stored)

    assert verdict == WRONG
    assert [hashed[:31] for hashed in seen] == [b"$argon2id$v=19$m=128,t=1,p=1$AA"]


@pytest.mark.parametrize("settings", [PLAIN, ARGON2, ARGON2_PEPPERED])
async def test_an_imported_argon2id_hash_is_good_once(
    database: Database, settings: PasswordsConfig
) -> None:
    """A plain Argon2id hash of another program is accepted, and is to be replaced."""
    hasher, theirs = Hasher(settings), ("their password " * 10).encode()
    stored = hash_secret(theirs, b"their salt", 1, 128, 1, 24, Type.ID).decode()

    right = await database.run(hasher.verify, theirs.decode(), stored)
    wrong = await database.run(hasher.verify, theirs.decode()[:-1], stored)

    assert right == OUTDATED
    assert wrong == WRONG
    hasher.close()


async def test_a_broken_argon2id_hash_matches_nothing(database: Database, argon2: Hasher) -> None:
    """A salt with bits too many makes a wrong password, not an error."""
    stored = "$argon2id$v=19$m=128,t=1,p=1$" + "B" * 22 + "$" + "A" * 43

    assert await database.run(argon2.verify, "x", stored) == WRONG


def test_bcrypt_works_without_the_package_of_argon2id() -> None:
    """Who did not install the extra has a server all the same, and a line about such hashes."""
    program = """
import sys
sys.modules["argon2"] = None
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from idp.config import DatabaseConfig, PasswordsConfig
from idp.storage.database import Database
from idp.users.passwords import Hasher

async def main(url):
    database, hasher = Database(DatabaseConfig(url=url)), Hasher(PasswordsConfig(bcrypt_cost=4))
    stored = await database.run(hasher.hash, "a password")
    print((await database.run(hasher.verify, "a password", stored)).matches)
    theirs = "$argon2id$v=19$m=128,t=1,p=1$c29tZXNhbHQ$" + "A" * 43
    print((await database.run(hasher.verify, "a password", theirs)).matches)
    await database.dispose()

with TemporaryDirectory() as directory:
    asyncio.run(main("sqlite:///" + directory + "/idp.db"))
"""

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout.splitlines()[-2:] == ["True", "False"], done.stderr
    assert "password_hash_unusable" in done.stdout + done.stderr


async def test_a_closed_hasher_is_busy(database: Database, hasher: Hasher) -> None:
    """While the server stops, sign-ins are told to come again, however many ask."""
    hasher.close()

    for _ in range(100):
        with pytest.raises(HashingBusy):
            await database.run(hasher.hash, "a password")
