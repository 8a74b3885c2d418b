"""Workers: replaced when they die, stopped with their supervisor, however that ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cli.conftest import SECONDS

# Each worker says who it is, and then waits for a signal. One for the supervisor may come early.
PROGRAM = """
import os, signal
from idp.cli.supervisor import Supervisor

def work():
    signal.signal(signal.SIGHUP, lambda *_: os.write(1, b"told %d\\n" % os.getpid()))
    os.write(1, b"%d\\n" % os.getpid())
    while True:
        signal.pause()

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
print("ready", flush=True)
Supervisor(2, work).run()
os.write(1, b"finished\\n")
"""


@pytest.fixture
def supervisor() -> Iterator[subprocess.Popen[str]]:
    """A supervisor of two workers; what they print ends when there is none left."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert read_line(process) == "ready"
        yield process
        process.kill()


def read_line(process: subprocess.Popen[str]) -> str:
    """Read what is printed next."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def read_workers(process: subprocess.Popen[str], count: int) -> set[int]:
    """Read who the next workers are."""
    return {int(read_line(process)) for _ in range(count)}


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_is_replaced(
    supervisor: subprocess.Popen[str], end: signal.Signals
) -> None:
    """Another one takes its place, as often as it happens."""
    first = read_workers(supervisor, 2)

    os.kill(first.pop(), end)
    second = read_workers(supervisor, 1)
    os.kill(second.copy().pop(), end)
    third = read_workers(supervisor, 1)

    assert len(first | second | third) == 3


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_to(supervisor: subprocess.Popen[str], told: signal.Signals) -> None:
    """All workers have ended when the supervisor goes on."""
    workers = read_workers(supervisor, 2)

    supervisor.send_signal(told)

    assert read_line(supervisor) == "finished"
    assert supervisor.wait(SECONDS) == 0
    assert not [pid for pid in workers if is_there(pid)]


def test_it_can_be_told_to_stop_at_once(supervisor: subprocess.Popen[str]) -> None:
    """A worker that has only just begun hears of it, too."""
    supervisor.send_signal(signal.SIGTERM)

    rest, _ = supervisor.communicate(timeout=SECONDS)

    assert rest.endswith("finished\n")
    assert supervisor.returncode == 0


def test_a_hangup_is_passed_on(supervisor: subprocess.Popen[str]) -> None:
    """SIGHUP is for all workers, and ends nobody."""
    workers = read_workers(supervisor, 2)

    for _ in range(2):
        supervisor.send_signal(signal.SIGHUP)

        assert {read_line(supervisor) for _ in range(2)} == {f"told {pid}" for pid in workers}


def test_workers_end_with_it(supervisor: subprocess.Popen[str]) -> None:
    """Killed, it leaves nobody behind."""
    read_workers(supervisor, 2)

    supervisor.kill()
    rest, errors = supervisor.communicate(timeout=SECONDS)  # until nobody holds its output

    assert (rest, errors) == ("", "")


def is_there(pid: int) -> bool:
    """Tell whether there is such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
