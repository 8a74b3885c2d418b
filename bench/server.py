"""A server to be measured, whoever made it: prepared first, then running as often as need be."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.people import People
from bench.process import HOST, Command, running


@dataclass(frozen=True, slots=True)
class Prepared:
    """A server that can be started, in its directory; `people` are found out from its log then."""

    command: Command
    directory: Path
    people: Callable[[Path], People]
    database_pid: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs; `database_pid` is None where the database is in its process."""

    port: int
    pid: int
    database_pid: int | None
    people: People
    start_seconds: float
    host: str = HOST


@contextmanager
def serve(prepared: Prepared, core: int | None) -> Iterator[Server]:
    """Run it on a core. Its log goes to a file: to write one is part of the work."""
    log = prepared.directory / "log"
    with running(prepared.command, log, core) as started:
        yield Server(
            port=prepared.command.port,
            pid=started.pid,
            database_pid=prepared.database_pid,
            people=prepared.people(log),
            start_seconds=started.seconds,
        )
