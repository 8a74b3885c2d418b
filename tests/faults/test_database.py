"""A SQLite file that is locked or cannot grow: 503 in time, nothing half done, then all is well."""

import asyncio
import random
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tests.faults.conftest import Service
from tests.faults.ledger import Ledger
from tests.faults.load import Load
from tests.parties.browser import Page
from tests.parties.process import ServerProcess

Fault = Callable[[ServerProcess], AbstractContextManager[None]]

ANSWERS = 20
DOCUMENTS = ("/jwks.json", "/.well-known/openid-configuration", "/livez")


@contextmanager
def locked(process: ServerProcess) -> Iterator[None]:
    """Hold the write lock, as another program would that writes for a long time."""
    path = process.config.database.url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


@contextmanager
def full(process: ServerProcess) -> Iterator[None]:
    """Let no file of the server take anything beyond its first byte (Linux).

    It is the COMMIT that fails then, so whoever answers before that is found out for certain;
    the kill test needs luck for it.
    """
    soft, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (soft, hard))


@dataclass(frozen=True)
class Wishes:
    """What a client may ask for: to read with the first of these, and a write with each other."""

    access_token: str
    code: str
    to_refresh: str
    to_revoke: str


async def test_a_lock_of_another_program(on_sqlite: Service, chance: random.Random) -> None:
    """While it is held, what writes is refused in time; afterwards the same requests succeed."""
    await survive(on_sqlite, chance, locked)


async def test_a_full_disk(on_sqlite: Service, chance: random.Random) -> None:
    """While it is full, what writes is refused; with room again, all goes on without a restart."""
    await survive(on_sqlite, chance, full)


async def survive(service: Service, chance: random.Random, fault: Fault) -> None:
    """Use the service before, during and after a fault of its file."""
    ledger = Ledger()
    load = Load(service, ledger, chance)
    async with load.running():
        await load.sees(ANSWERS)
    wishes = await wish(service)

    with fault(service.process):
        for _ in range(2):  # the first must not leave anything behind that the second stumbles on
            await are_refused(service, wishes)

    await are_fulfilled(service, wishes)
    await ledger.hold(service)


async def wish(service: Service) -> Wishes:
    """Get what is needed to want something."""
    first, second = await service.tokens(), await service.tokens()
    return Wishes(
        access_token=first["access_token"],
        code=await service.code(),
        to_refresh=first["refresh_token"],
        to_revoke=second["refresh_token"],
    )


async def are_refused(service: Service, wishes: Wishes) -> None:
    """Check that each write is refused as something to try again, and that reading goes on."""
    rp = service.rp
    page, userinfo, *answers = await asyncio.gather(
        service.authorize(),
        rp.userinfo(wishes.access_token),
        rp.exchange(wishes.code),
        rp.refresh(wishes.to_refresh),
        rp.revoke(wishes.to_revoke),
    )
    assert isinstance(page, Page)
    assert (page.status, "Retry-After" in page.headers) == (503, True)
    assert userinfo.status_code == 200  # what only reads goes on
    for answer in answers:
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True), answer.text
        assert answer.json()["error"] == "temporarily_unavailable"
    documents = [await service.get(path) for path in DOCUMENTS]
    assert [document.status_code for document in documents] == [200] * len(documents)


async def are_fulfilled(service: Service, wishes: Wishes) -> None:
    """Check that each write succeeds: none was done before, when its client was told otherwise."""
    rp = service.rp
    answers = [
        await rp.exchange(wishes.code),
        await rp.refresh(wishes.to_refresh),
        await rp.revoke(wishes.to_revoke),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert (await rp.refresh(wishes.to_revoke)).json()["error"] == "invalid_grant"
