"""A pool of threads with an end: so many hash at once, so many wait for that, and so long.

Hashing is what a sign-in costs, and a flood of them must not cost others more. So none of it is
done in the thread of the event loop, and its own threads run when that one has nothing to do.
"""

import asyncio
import math
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from idp.config import PasswordsConfig
from idp.storage.database import wait_for

T = TypeVar("T")

# Linux has a niceness for each thread. With 10, tokens take a third of the time that they take
# without while a flood of sign-ins hashes on all cores; the price is that other programs on the
# same machine go before sign-ins, too.
NICENESS = 10

FIRST_GUESS = 0.25  # seconds for a hash, until some have been made
WEIGHT = 1 / 8  # of the latest hash in the average
SOONEST, LATEST = 1, 60  # seconds, of Retry-After


class HashingBusy(Exception):
    """Too many passwords are waiting to be hashed; `retry_after` says in how many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class WaitedInVain(HashingBusy):
    """It took until the deadline, or the server stops; what was written before waiting is kept."""


class HashingPool:
    """Calls functions in threads of its own, for requests that are in Database.run."""

    def __init__(self, config: PasswordsConfig) -> None:
        self._threads = config.hashing_threads
        self._places = config.hashing_threads + config.hashing_queue
        self._deadline = config.hashing_deadline
        self._executor = ThreadPoolExecutor(self._threads, "hashing", _let_others_go_first)
        self._lock = threading.Lock()  # of what follows, which the threads change, too
        self._taken = 0
        self._average = FIRST_GUESS

    def refuse_if_full(self) -> None:
        """Raise HashingBusy if there is no place now, before any work is done in vain."""
        if self._taken == self._places:
            raise HashingBusy(self._estimate())

    def run(self, function: Callable[[], T]) -> T:
        """Call a function in a thread and wait for it, which commits.

        Raises HashingBusy; that is WaitedInVain if the wait has begun.
        """
        future = asyncio.wrap_future(self._submit(function))
        # A task, since a coroutine that is not awaited, if the commit fails, would complain.
        wait = asyncio.ensure_future(asyncio.wait([future], timeout=self._deadline))
        try:
            wait_for(wait)
            if not future.done() or future.cancelled():
                raise WaitedInVain(self._estimate())
            return future.result()
        finally:
            future.cancel()  # What nobody waits for any more is not begun.

    def close(self) -> None:
        """Let the threads go; what is being hashed is finished, what waits is not begun."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _submit(self, function: Callable[[], T]) -> Future[T]:
        with self._lock:
            self.refuse_if_full()
            self._taken += 1
        try:
            future = self._executor.submit(self._time, function)
        except RuntimeError:  # closed: the server is stopping
            self._leave()
            raise HashingBusy(self._estimate()) from None
        # One that is being hashed keeps its place to the end, even if nobody waits for it.
        future.add_done_callback(self._leave)
        return future

    def _leave(self, _: Future[T] | None = None) -> None:
        with self._lock:
            self._taken -= 1

    def _time(self, function: Callable[[], T]) -> T:
        began = time.perf_counter()
        result = function()
        took = time.perf_counter() - began
        with self._lock:
            self._average += WEIGHT * (took - self._average)
        return result

    def _estimate(self) -> int:
        """Estimate in how many seconds all who are waiting now will have had their turn."""
        seconds = math.ceil(self._taken * self._average / self._threads)
        return min(max(SOONEST, seconds), LATEST)


def _let_others_go_first() -> None:
    if sys.platform == "linux":  # elsewhere, it would be the niceness of the whole process
        with suppress(OSError):  # a sandbox may forbid it
            os.nice(NICENESS)
