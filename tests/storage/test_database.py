"""One transaction for each request: what is kept, what is undone, what outlasts an error."""

import socket

import anyio
import pytest
from sqlalchemy import func, select, text

from idp import audit
from idp.clock import in_seconds
from idp.config import DatabaseConfig
from idp.secret import digest
from idp.storage.attempts import count_attempt
from idp.storage.audit_events import audit_events
from idp.storage.database import Database, commit, db, rollback, wait_for
from idp.storage.used_jtis import spend_jti, used_jtis
from idp.web.provider import Provider
from tests.conftest import Clock


def spend(jti: str) -> bool:
    """Write something."""
    return spend_jti("client", jti, in_seconds(60))


def count() -> int:
    """Count what was written."""
    return db().scalar(select(func.count()).select_from(used_jtis)) or 0


async def test_what_a_function_writes_is_kept(provider: Provider) -> None:
    """A transaction commits when its function returns."""
    await provider.database.run(spend, "a")

    assert await provider.database.run(count) == 1


async def test_what_a_function_wrote_is_undone_when_it_raises(provider: Provider) -> None:
    """A transaction rolls back when its function raises, and the exception comes through."""

    def fail() -> None:
        spend("a")
        raise LookupError

    with pytest.raises(LookupError):
        await provider.database.run(fail)

    assert await provider.database.run(count) == 0


async def test_what_was_committed_outlasts_an_error(provider: Provider) -> None:
    """A function can keep what it wrote so far, such as a revoked grant."""

    def fail() -> None:
        spend("a")
        commit()
        spend("b")
        raise LookupError

    with pytest.raises(LookupError):
        await provider.database.run(fail)

    assert await provider.database.run(count) == 1


async def test_function_can_undo_and_still_answer(provider: Provider) -> None:
    """A function that answers with an error undoes what it wrote before."""

    def refuse() -> str:
        spend("a")
        rollback()
        return "no"

    assert await provider.database.run(refuse) == "no"

    assert await provider.database.run(count) == 0


async def test_audit_events_are_written_whatever_happens(provider: Provider) -> None:
    """An event of a request that failed is in the database all the same."""

    def fail() -> None:
        audit.record(audit.EventName.LOGIN_FAILED, client_id="app")
        raise LookupError

    with pytest.raises(LookupError):
        await provider.database.run(fail)

    name = select(audit_events.c.name)
    written = await provider.database.run(lambda: db().scalars(name).all())
    assert written == ["login_failed"]


async def test_waiting_gives_the_connection_back(provider: Provider) -> None:
    """Others may use the one connection of SQLite while a request waits for something else."""
    others_turn = anyio.Event()

    def wait() -> int:
        spend("a")
        wait_for(others_turn.wait())
        return count()

    async def use_the_database_meanwhile() -> None:
        await provider.database.run(spend, "b")
        others_turn.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(use_the_database_meanwhile)
        with anyio.fail_after(5):
            counted = await provider.database.run(wait)

    assert counted == 2


async def test_only_one_of_many_spends_a_one_time_thing(provider: Provider) -> None:
    """However many requests come at once, a jti is new to one of them."""
    results: list[bool] = []

    async def try_it() -> None:
        results.append(await provider.database.run(spend, "the same"))

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(try_it)

    assert sorted(results) == [False] * 19 + [True]


async def test_attempts_are_counted_one_by_one(provider: Provider, clock: Clock) -> None:
    """Attempts at once are all counted, and a window that is over begins anew."""
    counts: list[int] = []

    async def try_it() -> None:
        end = in_seconds(60)
        attempts = await provider.database.run(count_attempt, digest("door"), end)
        counts.append(attempts.count)

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(try_it)
    clock.move(61)
    await try_it()

    assert sorted(counts[:-1]) == list(range(1, 11))
    assert counts[-1] == 1


async def test_statement_that_fails_raises(provider: Provider) -> None:
    """A database error comes through as SQLAlchemy's, for the web layer to answer."""

    def ask() -> None:
        db().execute(text("SELECT * FROM nothing_like_that"))

    with pytest.raises(Exception, match="nothing_like_that"):
        await provider.database.run(ask)


async def test_unreachable_database_raises() -> None:
    """A database that does not answer raises what the web layer knows as that."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        port = nobody.getsockname()[1]
        database = Database(DatabaseConfig(url=f"postgresql://idp@127.0.0.1:{port}/idp"))

        with pytest.raises(ConnectionRefusedError):
            await database.run(count)

    await database.dispose()
