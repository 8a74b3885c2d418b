"""A server's process and all below it: started on its core, its CPU time and memory (Linux)."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bench.machine import pinned

HOST = "127.0.0.1"
START_TIMEOUT = 30
STOP_TIMEOUT = 15
CPU_TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
PROBE_INTERVAL = 0.005  # seconds


class ServerFailed(Exception):
    """The server did not start; what it said is in the message."""


@dataclass(frozen=True, slots=True)
class Command:
    """How a server is started, and where it answers with 200 as soon as it works."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    port: int
    probe: str


@dataclass(frozen=True, slots=True)
class Started:
    """A process that answers, and how long it took to."""

    pid: int
    seconds: float


@contextmanager
def running(command: Command, log: Path, core: int | None) -> Iterator[Started]:
    """Run a server on a core, in the directory of its log, and wait until it answers."""
    begun = time.perf_counter()
    with log.open("wb") as output, pinned(core):  # threads inherit the core only at their start
        process = subprocess.Popen(
            command.arguments, cwd=log.parent, env=command.environment, stdout=output, stderr=output
        )
    try:
        _wait_until_ready(process, command, log)
        yield Started(process.pid, time.perf_counter() - begun)
    finally:
        _stop(process)


def cpu_seconds(pid: int | None) -> float:
    """Sum up the CPU time of a process and all below it, ended ones included."""
    return 0 if pid is None else _sum(pid, _ticks) * CPU_TICK


def pss_bytes(pid: int) -> int:
    """Sum up the memory of a process and all below it, each shared page in parts."""
    return _sum(pid, _pss)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _sum(pid: int, measure: Callable[[int], int]) -> int:
    total = 0
    for each in _tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            total += measure(each)
    return total


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError):
            for child in children.read_text().split():
                yield from _tree(int(child))


def _ticks(pid: int) -> int:
    """Read utime, stime, cutime and cstime; they stand behind the name, which may hold spaces."""
    _, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    return sum(map(int, fields.split()[11:15]))


def _pss(pid: int) -> int:
    """Read the line `Pss:  12345 kB`."""
    _, _, rest = Path(f"/proc/{pid}/smaps_rollup").read_text().partition("\nPss:")
    return int(rest.split()[0]) * 1024


def _wait_until_ready(process: "subprocess.Popen[bytes]", command: Command, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        connection = HTTPConnection(HOST, command.port, timeout=START_TIMEOUT)
        with suppress(OSError, HTTPException), closing(connection):
            connection.request("GET", command.probe)
            if connection.getresponse().status == HTTPStatus.OK:
                return
        time.sleep(PROBE_INTERVAL)
    raise ServerFailed(log.read_text(errors="replace")[-2000:])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
