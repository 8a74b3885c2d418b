"""The report for people: a table for each database, then what else was found."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from bench.lineup import FILLED
from bench.node_oidc_provider import PEER
from bench.report import Latency, Limits, Line, Report, StormLine

TITLES = {
    "sqlite-full": "idp on SQLite, `synchronous = FULL` (the default)",
    "sqlite-normal": "idp on SQLite, `synchronous = NORMAL`",
    "postgresql": "idp on PostgreSQL",
    PEER: "node-oidc-provider, in memory",
}

Cells = Sequence[str]


def markdown(report: Report) -> str:
    """Write it."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield _listed(report.machine)
    yield ""
    yield _listed(report.settings)
    for server, reason in report.absent.items():
        yield f"\nWithout {server}: {reason}."
    if report.limits:
        yield from _limits(report.limits)
    filled = {(each.server, each.workload): each for each in report.lines}
    for server, lines in groupby(report.lines, lambda line: line.server):
        if not server.endswith(FILLED):
            yield f"\n## {TITLES[server]}\n"
            yield from _measured(list(lines), filled)
    yield from _footprints(report)
    if report.storms:
        yield from _storms(report.storms)


def _listed(facts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _limits(limits: Limits) -> Iterator[str]:
    rows = [("cryptography, as the server calls it", limits.cryptography)]
    if limits.openssl is not None:
        rows.insert(0, ("openssl speed", limits.openssl))
    yield ""
    yield from _table(
        ("RSA-2048 signing, one core", "signatures/cpu-s", "µs each"),
        ((name, f"{rate:,.0f}", f"{1e6 / rate:,.0f}") for name, rate in rows),
    )


def _measured(lines: Sequence[Line], every: Mapping[tuple[str, str], Line]) -> Iterator[str]:
    """Write the table of a server, without the columns that nothing is in."""
    columns = {
        "workload": [line.workload.replace("_", " ") for line in lines],
        "requests/cpu-s": [f"{line.requests_per_cpu_second:,.0f}" for line in lines],
        "CPU µs": [f"{line.cpu_microseconds:,.0f}" for line in lines],
        "database CPU µs": [_unless_zero(line.database_cpu_microseconds) for line in lines],
        "RSA signatures": [str(line.rsa_signatures) for line in lines],
        "of the RSA limit": [
            f"{line.rsa_share:.0%}" if line.rsa_signatures else "" for line in lines
        ],
        f"times {PEER}": [_times(line.speed_of_peer) for line in lines],
        "filled, of the speed": [_filled(line, every) for line in lines],
        "p50 / p99 ms": [_pair(line.latency) for line in lines],
    }
    used = {title: cells for title, cells in columns.items() if any(cells)}
    return _table(tuple(used), zip(*used.values(), strict=True))


def _filled(line: Line, every: Mapping[tuple[str, str], Line]) -> str:
    filled = every.get((line.server + FILLED, line.workload))
    return f"{filled.speed_of_empty:.0%}" if filled and filled.speed_of_empty else ""


def _footprints(report: Report) -> Iterator[str]:
    yield f"\n## Memory and start\n\n`idp --help` takes {report.help_seconds:.2f} s.\n"
    rows = (
        (_title(each.server), f"{each.pss_megabytes:,.0f}", f"{each.start_seconds:.2f}")
        for each in report.footprints
    )
    yield from _table(("server", "PSS after load, MB", "warm start, s"), rows)


def _storms(storms: Sequence[StormLine]) -> Iterator[str]:
    yield "\n## Login storm\n"
    columns = {
        "server": [TITLES[each.server] for each in storms],
        "request": [each.workload.replace("_", " ") for each in storms],
        "alone, p50 / p99 ms": [_pair(each.alone) for each in storms],
        "in the storm": [_pair(each.stormy) for each in storms],
        "p99 ratio": [f"{each.p99_ratio:.2f}" for each in storms],
        "failures": [str(each.failures) for each in storms],
        "logins/s": [f"{each.logins_per_second:.1f}" for each in storms],
        "logins": [_counted(each.logins) for each in storms],
    }
    yield from _table(tuple(columns), zip(*columns.values(), strict=True))


def _pair(latency: Latency) -> str:
    return f"{latency.p50_milliseconds:.1f} / {latency.p99_milliseconds:.1f}"


def _counted(logins: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in logins.items())


def _title(server: str) -> str:
    name = server.removesuffix(FILLED)
    return TITLES[name] if name == server else f"{TITLES[name]}, filled"


def _table(titles: Cells, rows: Iterable[Cells]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield "|---|" + "--:|" * (len(titles) - 1)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _unless_zero(value: float) -> str:
    return f"{value:,.0f}" if value else ""


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"
