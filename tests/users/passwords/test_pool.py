"""The threads that hash: how many may use them, and for how long who waits for them."""

import asyncio
import itertools
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from idp.config import PasswordsConfig
from idp.storage.database import Database
from idp.users.passwords import HashingBusy, WaitedInVain
from idp.users.passwords.pool import HashingPool

SOON = 0.01  # seconds; a configured deadline is a whole number of them

MakePool = Callable[..., HashingPool]
Start = Callable[..., Awaitable["asyncio.Task[object]"]]


@pytest.fixture
def make_pool() -> Iterator[MakePool]:
    """Make pools of one thread, and close them."""
    made: list[HashingPool] = []

    def make(*, queue: int = 64, deadline: float = 60) -> HashingPool:
        config = PasswordsConfig(hashing_threads=1, hashing_queue=queue)
        made.append(HashingPool(config.model_copy(update={"hashing_deadline": deadline})))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


class Work:
    """A function that goes on until it may finish."""

    def __init__(self) -> None:
        self.has_begun = threading.Event()
        self.may_finish = threading.Event()

    def __call__(self) -> str:
        self.has_begun.set()
        assert self.may_finish.wait(60)
        return "done"


@pytest.fixture
def work() -> Iterator[Work]:
    """Give a function that keeps a thread busy for as long as a test likes."""
    work = Work()
    yield work
    work.may_finish.set()


@pytest.fixture
def start(database: Database) -> Start:
    """Let a request ask for a thread, and go on when it is in the queue or has been refused."""

    async def start(pool: HashingPool, function: Callable[[], object]) -> "asyncio.Task[object]":
        in_queue = asyncio.Event()

        def request() -> object:
            in_queue.set()
            return pool.run(function)

        task = asyncio.create_task(database.run(request))
        await in_queue.wait()
        return task

    return start


async def test_the_queue_has_an_end(make_pool: MakePool, start: Start, work: Work) -> None:
    """When the thread and all places are taken one more is refused, and later there is room."""
    pool = make_pool(queue=2)
    waiting = [await start(pool, work) for _ in range(3)]

    with pytest.raises(HashingBusy):
        await (await start(pool, work))
    with pytest.raises(HashingBusy):
        pool.refuse_if_full()

    work.may_finish.set()
    assert await asyncio.gather(*waiting) == ["done"] * 3
    pool.refuse_if_full()
    assert await (await start(pool, work)) == "done"


async def test_what_has_waited_too_long_is_not_begun(
    make_pool: MakePool, start: Start, work: Work
) -> None:
    """After the deadline the answer is there, and nothing is hashed for nobody."""
    pool, late = make_pool(deadline=SOON), Work()
    running = await start(pool, work)

    with pytest.raises(WaitedInVain):
        await (await start(pool, late))

    work.may_finish.set()
    with pytest.raises(WaitedInVain):  # even what had begun is not waited for
        await running
    assert await (await start(make_pool(), lambda: "another")) == "another"
    pool.close()
    assert not late.has_begun.is_set()


async def test_who_gave_up_leaves_a_place(make_pool: MakePool, start: Start, work: Work) -> None:
    """A place in the queue is free at the deadline, that of what runs not before it is done."""
    pool = make_pool(queue=1, deadline=SOON)
    for request in [await start(pool, work), await start(pool, work)]:
        with pytest.raises(WaitedInVain):
            await request

    third, fourth = await start(pool, work), await start(pool, work)

    with pytest.raises(HashingBusy) as refusal:
        await fourth
    assert not isinstance(refusal.value, WaitedInVain)
    with pytest.raises(WaitedInVain):
        await third


async def test_a_request_that_is_cancelled_is_not_begun(
    make_pool: MakePool, start: Start, work: Work
) -> None:
    """What a request that has ended was waiting for is left out."""
    pool, abandoned = make_pool(queue=1), Work()
    running, request = await start(pool, work), await start(pool, abandoned)

    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    last = await start(pool, lambda: "the last")
    work.may_finish.set()
    assert await asyncio.gather(running, last) == ["done", "the last"]
    assert not abandoned.has_begun.is_set()


async def test_an_error_is_passed_on(make_pool: MakePool, start: Start) -> None:
    """What goes wrong in the thread is told to the request, and its place is free again."""
    pool = make_pool(queue=1)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await (await start(pool, lambda: 1 // 0))


async def test_closing_sends_away_who_waits(make_pool: MakePool, start: Start, work: Work) -> None:
    """When the server stops, what is being hashed is finished, and what waits is told so."""
    pool = make_pool()
    running, waiting = await start(pool, work), await start(pool, work)
    assert work.has_begun.wait(60)

    pool.close()

    with pytest.raises(WaitedInVain):
        await waiting
    with pytest.raises(HashingBusy):
        await (await start(pool, work))
    work.may_finish.set()
    assert await running == "done"


@pytest.mark.parametrize(("queue", "seconds"), [(1, 1), (39, 10), (300, 60)])
async def test_retry_after_is_when_the_queue_is_done(
    make_pool: MakePool, start: Start, work: Work, queue: int, seconds: int
) -> None:
    """It is a quarter of a second for each, until more is known, and at most a minute."""
    pool = make_pool(queue=queue)
    waiting = [await start(pool, work) for _ in range(queue + 1)]

    with pytest.raises(HashingBusy) as refusal:
        await (await start(pool, work))

    assert refusal.value.retry_after == seconds
    work.may_finish.set()
    await asyncio.gather(*waiting)


async def test_retry_after_is_learnt(
    make_pool: MakePool, start: Start, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where hashes take four seconds each, ten who wait are forty seconds."""
    pool, seconds = make_pool(queue=9), itertools.count(step=4.0)
    monkeypatch.setattr(time, "perf_counter", lambda: next(seconds))
    for _ in range(50):
        await (await start(pool, lambda: None))

    waiting = [await start(pool, work) for _ in range(10)]

    with pytest.raises(HashingBusy) as refusal:
        await (await start(pool, work))
    assert refusal.value.retry_after == 40
    work.may_finish.set()
    await asyncio.gather(*waiting)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
async def test_hashing_lets_others_go_first(make_pool: MakePool, start: Start) -> None:
    """The thread that hashes has a lower priority than the one that answers."""

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()

    hashing = await (await start(make_pool(), niceness))

    assert hashing == min(before + 10, 19)
    assert niceness() == before
