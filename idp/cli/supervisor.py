"""The workers of a server: forked when it is ready, replaced when they die, stopped with it.

SIGHUP is for the workers, which look at the keys then; unless it means that the terminal is gone.

A process that loads everything itself takes a second to answer and 80 MB. A fork takes a few
milliseconds, and what it does not change it shares with all others.
"""

import os
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from threading import Thread

from idp.cli import hangup
from idp.cli.hangup import Terminal
from idp.log import log

STOP = frozenset({signal.SIGTERM, signal.SIGINT})
WATCHED = STOP | {signal.SIGHUP, signal.SIGCHLD}

SECONDS_TO_END = 15  # more than a worker gives its requests to finish
PAUSE = 0.5  # seconds before a worker is replaced: it may die at once, again and again


class Supervisor:
    """Keeps so many processes at `work` until it is told to stop.

    To be called where there is one thread: a fork has no other, and no lock that one holds would
    ever be released in it.
    """

    def __init__(self, count: int, work: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        # The system closes the writing end with this process, however that ends.
        self._lifeline, self._held = os.pipe()

    def run(self) -> None:
        """Return when told to stop, and all have finished."""
        # Blocked signals are kept, so that none is lost between two looks or during a fork.
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        for each in (signal.SIGCHLD, signal.SIGHUP):  # some systems drop what nobody handles,
            signal.signal(each, lambda *_: None)  # and all what was to be ignored (nohup)
        terminal = Terminal()
        workers = [self._start() for _ in range(self._count)]
        while (told := signal.sigwait(WATCHED)) not in STOP:
            if told == signal.SIGHUP and terminal.is_gone():
                break
            if told == signal.SIGHUP:
                _pass_on(workers)
            else:
                self._replace_dead(workers)
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.join(SECONDS_TO_END)
            worker.kill()

    def _replace_dead(self, workers: list[ForkProcess]) -> None:
        for index, worker in enumerate(workers):
            if not worker.is_alive():
                log.warning("worker_died", pid=worker.pid, status=worker.exitcode)
                time.sleep(PAUSE)
                workers[index] = self._start()

    def _start(self) -> ForkProcess:
        worker = ForkProcess(target=self._begin)
        worker.start()
        return worker

    def _begin(self) -> None:
        """Work, as a process that signals reach again."""
        os.close(self._held)
        Thread(target=self._follow, name="supervisor", daemon=True).start()
        for each in WATCHED:
            signal.signal(each, signal.SIG_DFL)
        hangup.ignore()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        self._work()

    def _follow(self) -> None:
        """Finish as if told to when the supervisor is gone, however that happened.

        Killed, it cannot tell its workers; they would keep the port for ever, and run old code
        beside the new. The thread sleeps on the pipe, so it costs nothing.
        """
        os.read(self._lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)


def _pass_on(workers: list[ForkProcess]) -> None:
    for worker in workers:
        if worker.pid is not None and worker.is_alive():
            os.kill(worker.pid, signal.SIGHUP)
