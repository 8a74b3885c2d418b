"""Group commit on SQLite: many requests, one transaction, and nobody is answered before it."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import await_

from idp.clock import in_seconds
from idp.config import DatabaseConfig
from idp.storage import writer
from idp.storage.database import Database, commit, db, wait_for
from idp.storage.errors import QueueFull
from idp.storage.migrations.upgrade import upgrade
from idp.storage.used_jtis import spend_jti, used_jtis
from idp.storage.writer import BATCH, CHANGES_BETWEEN_CHECKPOINTS, HalfWritten

MEGABYTES_OF_LOG = 9  # it would be more than twice as many if nothing was taken from it


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Say where the file is."""
    return tmp_path / "idp.db"


@pytest.fixture
def config(path: Path, request: pytest.FixtureRequest) -> DatabaseConfig:
    """Give the settings of the database; a test may say more by its parameter."""
    changes = getattr(request, "param", {})
    return DatabaseConfig(**{"url": f"sqlite:///{path}", "timeout": 1} | changes)


@pytest.fixture
async def database(config: DatabaseConfig) -> AsyncIterator[Database]:
    """Make a database with all tables."""
    database = Database(config)
    await upgrade(database.engine)
    yield database
    await database.dispose()


@pytest.fixture
def other(path: Path, database: Database) -> Iterator[sqlite3.Connection]:
    """Open the file as another process would."""
    other = sqlite3.connect(path, isolation_level=None, timeout=0)
    yield other
    other.close()


def spend(jti: str) -> bool:
    """Write something."""
    return spend_jti("client", jti, in_seconds(60))


def count() -> int:
    """Count what was written."""
    return db().scalar(select(func.count()).select_from(used_jtis)) or 0


def seen(other: sqlite3.Connection) -> int:
    """Count what another process sees."""
    (number,) = other.execute("SELECT count(*) FROM used_jtis").fetchone()
    return int(number)


async def test_answer_comes_after_the_commit(database: Database, other: sqlite3.Connection) -> None:
    """Whoever is told that something is written finds it in the file."""
    for number in range(1, 4):
        await database.run(spend, str(number))

        assert seen(other) == number


async def test_requests_share_a_commit(database: Database) -> None:
    """What comes in one turn of the loop is committed at once, and each request has its answer."""
    commits: list[str] = []
    answers: list[bool] = []

    def trace() -> None:
        driver = db().connection(changes=False).connection.driver_connection
        driver.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)  # type: ignore[union-attr]  # of sqlite3

    async def ask(jti: str) -> None:
        answers.append(await database.run(spend, jti))

    await database.run(trace)
    commits.clear()
    async with anyio.create_task_group() as tasks:
        for number in range(BATCH):
            tasks.start_soon(ask, str(number // 2))

    assert len(commits) == 1
    assert sorted(answers) == [False] * (BATCH // 2) + [True] * (BATCH // 2)


async def test_a_failure_undoes_one_request_of_a_batch(database: Database) -> None:
    """A request that raises takes back its own writes, and nobody else's."""
    failures: list[Exception] = []

    async def ask(number: int) -> None:
        def write() -> None:
            spend(f"{number} kept")
            commit()
            spend(f"{number} undone")
            if number % 2:
                raise LookupError

        try:
            await database.run(write)
        except LookupError as error:
            failures.append(error)

    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(ask, number)

    assert len(failures) == 5
    assert await database.run(count) == 15


async def test_a_full_disk_refuses_the_whole_batch(
    database: Database, other: sqlite3.Connection
) -> None:
    """Nobody is told that something is written when SQLite has undone it; later it works again."""
    outcomes: list[bool] = []

    async def ask(jti: str) -> None:
        try:
            outcomes.append(await database.run(spend, jti))
        except OperationalError:
            outcomes.append(False)

    await database.run(lambda: db().execute(text("PRAGMA max_page_count = 1")))  # is what it has
    for round_ in range(40):
        async with anyio.create_task_group() as tasks:
            for number in range(10):
                tasks.start_soon(ask, f"{round_} {number}")

    assert seen(other) == outcomes.count(True)
    assert False in outcomes
    await database.run(lambda: db().execute(text("PRAGMA max_page_count = 1000000")))
    assert await database.run(spend, "at last") is True
    assert seen(other) == outcomes.count(True) + 1


async def test_waiting_in_the_middle_of_a_batch_is_a_mistake(database: Database) -> None:
    """Half of what a request writes is never committed with the writes of others."""

    def wait() -> None:
        spend("half")
        await_(anyio.sleep(0.001))
        spend("other half")

    with pytest.raises(HalfWritten):
        await database.run(wait)

    assert await database.run(count) == 0


async def test_waiting_lets_others_write(database: Database) -> None:
    """Who waits as one should has committed before, and comes back into a later batch."""

    def wait() -> int:
        spend("before")
        wait_for(database.run(spend, "meanwhile"))
        spend("after")
        return count()

    assert await database.run(wait) == 3


@pytest.mark.parametrize("config", [{"queue": 2}], indirect=True)
async def test_too_long_a_queue_is_refused(database: Database, other: sqlite3.Connection) -> None:
    """While another process writes, so many may wait and no more; who waited is served."""
    outcomes: list[object] = []

    async def ask(jti: str) -> None:
        try:
            outcomes.append(await database.run(spend, jti))
        except QueueFull as error:
            outcomes.append(type(error))
            if outcomes.count(QueueFull) == 3:
                other.execute("ROLLBACK")

    other.execute("BEGIN IMMEDIATE")
    async with anyio.create_task_group() as tasks:
        for number in range(5):
            tasks.start_soon(ask, str(number))

    assert outcomes == [QueueFull] * 3 + [True] * 2


async def test_a_request_that_gives_up_waiting_does_not_keep_others(
    database: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn that nobody takes any more goes to the next one."""
    monkeypatch.setattr(writer, "BATCH", 1)
    answers: list[bool] = []
    scopes = [anyio.CancelScope() for _ in range(4)]

    async def ask(number: int) -> None:
        with scopes[number]:
            answers.append(await database.run(spend, str(number)))

    other.execute("BEGIN IMMEDIATE")
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            for number in range(4):
                tasks.start_soon(ask, number)
            await anyio.wait_all_tasks_blocked()
            scopes[1].cancel()
            await anyio.wait_all_tasks_blocked()
            other.execute("ROLLBACK")

    assert answers == [True] * 3


async def test_a_lock_is_waited_for_as_long_as_configured(
    database: Database, other: sqlite3.Connection
) -> None:
    """Who cannot write in time is told so, while those who read are not kept waiting."""
    await database.run(spend, "before")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError, match="locked"):
        await database.run(spend, "meanwhile")
    assert await database.read(count) == 1

    other.execute("ROLLBACK")
    assert await database.run(spend, "meanwhile") is True


async def test_a_reader_that_writes_is_called_again(database: Database) -> None:
    """What was called to read and writes after all does so once."""
    assert await database.read(spend, "a") is True
    assert await database.read(count) == 1
    assert await database.read(wait_for, database.run(count)) == 1


@pytest.mark.parametrize(
    ("config", "level"),
    [({}, 2), ({"synchronous": "FULL"}, 2), ({"synchronous": "NORMAL"}, 1)],
    indirect=["config"],
)
async def test_durability_is_a_setting(database: Database, level: int) -> None:
    """SQLite is told what a commit has to survive, and nothing less without a word."""
    pragma = text("PRAGMA synchronous")

    assert await database.run(lambda: db().scalar(pragma)) == level


@pytest.mark.parametrize(
    "config", [{"synchronous": "NORMAL"}, {"synchronous": "FULL"}], indirect=True
)
async def test_the_log_of_writes_does_not_grow_for_ever(database: Database, path: Path) -> None:
    """SQLite goes back to the beginning of its write-ahead log."""
    log = anyio.Path(f"{path}-wal")
    sizes = []

    def write(name: str) -> None:
        for number in range(CHANGES_BETWEEN_CHECKPOINTS // 20):
            spend(f"{name} {number}")

    for number in range(100):
        await database.run(write, str(number))
        sizes.append((await log.stat()).st_size)

    assert max(sizes) < MEGABYTES_OF_LOG * 1_000_000
