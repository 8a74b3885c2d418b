"""Passwords that are known from breaches, at a service."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from anyio import open_file

from idp import clock
from idp.config import FetchConfig
from idp.storage.database import Database
from idp.storage.used_jtis import spend_jti
from idp.users.passwords import Hasher, HashingBusy, breached
from tests.conftest import Logged
from tests.fetch.servers import fetching
from tests.parties.process import until
from tests.parties.ranges import RangeService, range_service, sha1_of
from tests.users.passwords.looking_up import GOOD, LEAKED, Made, fetcher, is_refused, make

__all__ = ["fetcher", "make"]


@pytest.fixture
async def service() -> AsyncIterator[RangeService]:
    """Run a service that knows one password."""
    async with range_service() as service:
        service.known[LEAKED] = 3
        yield service


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
