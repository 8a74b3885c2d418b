"""What a server takes before it does anything: memory, and time."""

import subprocess
import time
from dataclasses import dataclass
from statistics import median

from bench.idp_server import IDP
from bench.machine import pinned
from bench.process import pss_bytes
from bench.server import Server

TIMES = 5


@dataclass(frozen=True, slots=True)
class Footprint:
    """The memory of a server now, and the time of its start, a warm one."""

    server: str
    pss_megabytes: float
    start_seconds: float


def footprint(name: str, server: Server) -> Footprint:
    """Look at a server."""
    return Footprint(name, pss_bytes(server.pid) / 1e6, server.start_seconds)


def help_seconds(core: int | None) -> float:
    """Take the time of `idp --help`."""
    with pinned(core):
        return median(_help_seconds() for _ in range(TIMES))


def _help_seconds() -> float:
    begun = time.perf_counter()
    subprocess.run((*IDP, "--help"), capture_output=True, check=True)
    return time.perf_counter() - begun
