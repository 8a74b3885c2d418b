"""Passwords that are known from breaches: in a file, and at a service."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from anyio import open_file

from idp import clock
from idp.config import FetchConfig, PasswordsConfig
from idp.fetch import Fetcher
from idp.storage.database import Database
from idp.storage.used_jtis import spend_jti
from idp.users.passwords import BreachedPassword, BreachedPasswords, Hasher, HashingBusy, breached
from idp.users.passwords.breached import UnusableFile, check_file
from tests.conftest import Logged
from tests.fetch.servers import fetching
from tests.parties.process import until
from tests.parties.ranges import RangeService, range_service, sha1_of

KNOWN = [f"known password {number}" for number in range(200)]
GOOD = "copper lantern under moss"
LEAKED = "a password that leaked"


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """Fetch from loopback."""
    async with fetching() as fetcher:
        yield fetcher


@pytest.fixture
async def service() -> AsyncIterator[RangeService]:
    """Run a service that knows one password."""
    async with range_service() as service:
        service.known[LEAKED] = 3
        yield service


Made = Callable[..., Hasher]


@pytest.fixture
async def make(fetcher: Fetcher) -> AsyncIterator[Made]:
    """Make hashers that look passwords up."""
    made: list[Hasher] = []

    def make(fetcher: Fetcher = fetcher, **settings: object) -> Hasher:
        config = PasswordsConfig.model_validate({"bcrypt_cost": 4} | settings)
        made.append(Hasher(config, BreachedPasswords(config, fetcher)))
        return made[-1]

    yield make
    for hasher in made:
        hasher.close()


def as_it_is(text: str) -> str:
    """Change nothing."""
    return text


def write(
    path: Path,
    passwords: list[str],
    form: str = "{}\n",
    change: Callable[[str], str] = as_it_is,
) -> str:
    """Write a file of breached passwords, in the place of another if there is one."""
    digests = sorted(map(sha1_of, passwords))
    new = path.with_suffix(".new")
    new.write_text(change("".join(form.format(digest) for digest in digests)))
    new.rename(path)
    return str(path)


async def is_refused(database: Database, hasher: Hasher, password: str) -> bool:
    """Choose a password; tell whether it is refused as breached, or else hashed."""
    try:
        stored = await database.run(hasher.hash, password)
    except BreachedPassword:
        return True
    assert (await database.run(hasher.verify, password, stored)).matches
    return False


@pytest.mark.parametrize("number", [1, 2, 3, 200])
@pytest.mark.parametrize("form", ["{}\n", "{}:17\r\n", "{}:123456789\n"])
async def test_every_line_of_a_file_is_found(
    database: Database, make: Made, tmp_path: Path, form: str, number: int
) -> None:
    """Whatever stands behind the digest, the first, the last and all between; and nothing else."""
    hasher = make(breached_file=write(tmp_path / "breached.txt", KNOWN[:number], form))

    refused = [await is_refused(database, hasher, each) for each in KNOWN[:number]]
    accepted = [await is_refused(database, hasher, f"other {each}") for each in KNOWN[:50]]

    assert all(refused)
    assert not any(accepted)


@pytest.mark.parametrize("change", [str.lower, str.strip], ids=["small digits", "no last newline"])
async def test_files_may_look_otherwise(
    database: Database, make: Made, tmp_path: Path, change: Callable[[str], str]
) -> None:
    """As other programs write and sort the same."""
    hasher = make(breached_file=write(tmp_path / "breached.txt", KNOWN, change=change))

    assert all([await is_refused(database, hasher, each) for each in KNOWN])
    assert not await is_refused(database, hasher, GOOD)


async def test_new_file_counts_at_once(database: Database, make: Made, tmp_path: Path) -> None:
    """One that is put in the place of another is read without a new start."""
    file = write(tmp_path / "breached.txt", KNOWN)
    hasher = make(breached_file=file)
    before = await is_refused(database, hasher, LEAKED)

    write(tmp_path / "breached.txt", [LEAKED])

    assert (before, await is_refused(database, hasher, LEAKED)) == (False, True)


@pytest.mark.parametrize("content", [None, "", "no digests\n" * 100, "x" * 10_000])
async def test_file_that_is_none_refuses_nobody(
    database: Database, make: Made, tmp_path: Path, logged: Logged, content: str | None
) -> None:
    """Without it people choose as before; that it is gone stands in the log."""
    file = tmp_path / "breached.txt"
    if content is not None:
        file.write_text(content)
    hasher = make(breached_file=str(file))

    assert not await is_refused(database, hasher, LEAKED)
    events = [line["event"] for line in logged()]
    assert events == (["breached_passwords_not_looked_up"] if content is None else [])


async def test_service_is_told_five_digits(
    database: Database, make: Made, service: RangeService
) -> None:
    """And nothing else of a password; answers are padded, so that no length tells anything."""
    hasher = make(breached_url=service.url)

    refused = [await is_refused(database, hasher, each) for each in (LEAKED, GOOD)]

    assert refused == [True, False]
    assert service.told == [sha1_of(each)[:5] for each in (LEAKED, GOOD)]
    for request in service.requests:
        assert "\r\nAdd-Padding: true\r\n" in request
        assert "cookie" not in request.lower()


async def test_padding_is_no_breach(database: Database, make: Made, service: RangeService) -> None:
    """A digest that was never found stands there as often as zero times."""
    service.known[GOOD] = 0

    assert not await is_refused(database, make(breached_url=service.url), GOOD)


async def test_letters_typed_otherwise_are_looked_up_in_both_forms(
    database: Database, make: Made, service: RangeService
) -> None:
    """As it was typed, and as it is kept (NFKC): breaches have either."""
    typed, kept = "cafe\u0301 copper lantern", "caf\u00e9 copper lantern"
    hasher = make(breached_url=service.url)

    for known in (typed, kept):
        service.known = {known: 1}
        assert await is_refused(database, hasher, typed)


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, ""), (404, ""), (302, ""), (200, ""), (200, "<html>Welcome</html>"), (200, "A" * 2**20)],
)
async def test_service_that_fails_refuses_nobody(
    database: Database,
    make: Made,
    service: RangeService,
    logged: Logged,
    status: int,
    body: str,
) -> None:
    """What is no range lets the password through, and is noted without anything of it."""
    service.status, service.body = status, body

    assert not await is_refused(database, make(breached_url=service.url), LEAKED)

    (line,) = logged()
    assert (line["event"], line["place"]) == ("breached_passwords_not_looked_up", service.url)
    assert sha1_of(LEAKED)[:5] not in str(line)


async def test_service_that_is_slow_keeps_nobody(
    database: Database, make: Made, service: RangeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person waits for some seconds and no longer."""
    monkeypatch.setattr(breached, "PATIENCE", 0.01)
    service.awake.clear()

    assert not await is_refused(database, make(breached_url=service.url), LEAKED)


async def test_service_at_a_forbidden_address_is_not_asked(
    database: Database, make: Made, service: RangeService
) -> None:
    """The guard of all that is fetched holds for it, too."""
    async with fetching(FetchConfig()) as guarded:
        hasher = make(guarded, breached_url=service.url)

        assert not await is_refused(database, hasher, LEAKED)

    assert service.requests == []


async def test_nobody_waits_for_the_service_but_who_has_chosen(
    database: Database, make: Made, service: RangeService
) -> None:
    """No transaction is open meanwhile: others read and write."""
    service.awake.clear()
    hasher = make(breached_url=service.url)

    choosing = asyncio.create_task(is_refused(database, hasher, LEAKED))
    await until(lambda: len(service.requests) == 1)
    wrote = await database.run(spend_jti, "issuer", "jti", clock.in_seconds(60))
    service.awake.set()

    assert wrote
    assert await choosing


async def test_only_so_many_are_looked_up_at_once(
    database: Database, make: Made, service: RangeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood is not passed on; those beyond it choose without the service."""
    monkeypatch.setattr(breached, "MOST_AT_ONCE", 2)
    service.awake.clear()
    hasher = make(breached_url=service.url)

    choosing = [asyncio.create_task(is_refused(database, hasher, LEAKED)) for _ in range(5)]
    done, _ = await asyncio.wait(choosing, return_when=asyncio.FIRST_COMPLETED)
    service.awake.set()
    refused = await asyncio.gather(*choosing)

    assert not any(each.result() for each in done)
    assert sorted(refused) == [False, False, False, True, True]
    assert len(service.requests) == 2
    assert await is_refused(database, hasher, LEAKED)


def lay_pipe(path: Path) -> str:
    """Make a file that nobody can open to read until somebody opens it to write."""
    os.mkfifo(path)
    return str(path)


async def test_nobody_is_asked_for_whom_there_is_no_place(
    database: Database, make: Made, service: RangeService, tmp_path: Path
) -> None:
    """Where a password could not be hashed, it is not looked up either."""
    pipe = lay_pipe(tmp_path / "breached.txt")
    hasher = make(breached_url=service.url, breached_file=pipe, hashing_threads=1, hashing_queue=1)

    waiting = [asyncio.create_task(is_refused(database, hasher, GOOD)) for _ in range(2)]
    await until(lambda: is_full(hasher))
    with pytest.raises(HashingBusy):
        await database.run(hasher.hash, LEAKED)

    assert sha1_of(LEAKED)[:5] not in service.told
    async with await open_file(pipe, "wb"):
        assert await asyncio.gather(*waiting) == [False, False]


def is_full(hasher: Hasher) -> bool:
    """Tell whether there is no place in the queue."""
    try:
        hasher.refuse_if_full()
    except HashingBusy:
        return True
    return False


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("", "has no lines that begin with a SHA-1 of forty hexadecimal digits"),
        ("password\n", "has no lines that begin with a SHA-1 of forty hexadecimal digits"),
        ("A" * 41 + "\n", "has no lines that begin with a SHA-1 of forty hexadecimal digits"),
    ],
)
def test_file_is_looked_at_before_a_start(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    """Else a server would let all passwords through, and nobody would know."""
    file = tmp_path / "breached.txt"
    if content is not None:
        file.write_text(content)

    with pytest.raises(UnusableFile) as refused:
        check_file(str(file))

    assert str(refused.value) == problem


@pytest.mark.parametrize("form", ["{}\n", "{}", "{}:1\r\n"])
def test_good_file_passes(tmp_path: Path, form: str) -> None:
    """However its lines go on."""
    check_file(write(tmp_path / "breached.txt", [LEAKED], form))
