"""The servers of a run, all up at once: `idp` on each database, filled ones, and the peer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import idp_server, node_oidc_provider
from bench.databases import DATABASES
from bench.node_oidc_provider import PEER, NotInstalled
from bench.server import Prepared, Server, serve

SERVERS = (*DATABASES, PEER)
# SQLite's NORMAL differs from FULL in how it commits, and not in how it finds its rows.
FILLABLE = ("sqlite-full", "postgresql")
FILLED = " filled"  # ends the name of a server whose database is not empty


@dataclass(frozen=True, slots=True)
class Lineup:
    """Servers that run, by name; `absent` says why others do not."""

    servers: Mapping[str, Server]
    absent: Mapping[str, str]
    versions: Mapping[str, str]


@contextmanager
def lined_up(
    names: Sequence[str], rows: int, directory: Path, core: int | None
) -> Iterator[Lineup]:
    """Prepare and start servers on a core, and another with so many rows for some of them."""
    with ExitStack() as stack:
        prepared: dict[str, Prepared] = {}
        absent: dict[str, str] = {}
        for name in names:
            try:
                prepared[name] = stack.enter_context(_prepared(name, 0, directory))
            except NotInstalled as reason:
                absent[name] = str(reason)
            if rows and name in FILLABLE:
                prepared[name + FILLED] = stack.enter_context(_prepared(name, rows, directory))
        for each in prepared.values():
            with serve(each, core):
                pass  # the second start is a warm one, and it is the one that counts
        servers = {name: stack.enter_context(serve(each, core)) for name, each in prepared.items()}
        versions = {k: v for each in prepared.values() for k, v in each.versions.items()}
        yield Lineup(servers, absent, versions)


def _prepared(name: str, rows: int, parent: Path) -> AbstractContextManager[Prepared]:
    directory = parent / f"{name}-{rows}"
    directory.mkdir()
    if name == PEER:
        return node_oidc_provider.prepared(directory)
    return idp_server.prepared(name, rows, directory)
