"""Where this runs: what the figures depend on, and on which core which process stays."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from idp import __version__, clock

PACKAGES = ("authlib", "cryptography", "sqlalchemy", "asyncpg", "starlette", "uvicorn", "uvloop")


@dataclass(frozen=True, slots=True)
class Cores:
    """The core of the server and that of the generator; None if there is only one, or no say."""

    server: int | None
    generator: int | None


def choose_cores() -> Cores:
    """Keep server and generator out of each other's way, where the system lets us."""
    if not hasattr(os, "sched_getaffinity"):
        return Cores(None, None)
    usable = sorted(os.sched_getaffinity(0))
    return Cores(usable[0], usable[-1]) if len(usable) > 1 else Cores(None, None)


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Keep this process, and all that it starts meanwhile, on one core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def describe_machine() -> dict[str, str]:
    """Tell what a reader must know to compare figures."""
    return {
        "date": clock.now().strftime("%Y-%m-%d %H:%M UTC"),
        "CPU": _cpu_model(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "idp": __version__,
        **{package: version(package) for package in PACKAGES},
        "SQLite": sqlite3.sqlite_version,
        "openssl": _openssl_version(),
    }


def _cpu_model() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _openssl_version() -> str:
    with suppress(OSError):
        done = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False)
        return " ".join(done.stdout.split()[1:2])
    return "none"
