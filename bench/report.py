"""Medians of all rounds, as a Markdown table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median
from typing import Any

from bench.limits import Limits
from bench.load import Measurement

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """What a workload costs: medians over the rounds."""

    name: str
    requests_per_cpu_second: float
    cpu_microseconds: float
    database_cpu_microseconds: float
    requests_per_second: float
    p50_milliseconds: float
    p99_milliseconds: float
    rsa_signatures: int
    rsa_share: float


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run has found."""

    machine: Mapping[str, str]
    settings: Mapping[str, object]
    limits: Limits
    lines: Sequence[Line]

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def median_limits(rounds: Sequence[Limits]) -> Limits:
    """Take the median of what was measured in each round."""
    openssl = [each.openssl for each in rounds if each.openssl is not None]
    return Limits(
        openssl=median(openssl) if openssl else None,
        cryptography=median(each.cryptography for each in rounds),
    )


def summarize(name: str, rounds: Sequence[Measurement], limits: Limits) -> Line:
    """Take the medians of the rounds of a workload."""
    cpu = median(each.server_cpu / each.requests for each in rounds)
    signatures = rounds[0].rsa_signatures
    return Line(
        name=name,
        requests_per_cpu_second=1 / cpu,
        cpu_microseconds=cpu * MICRO,
        database_cpu_microseconds=median(r.database_cpu / r.requests for r in rounds) * MICRO,
        requests_per_second=median(each.requests / each.elapsed for each in rounds),
        p50_milliseconds=median(_percentile(each.latencies, 50) for each in rounds) * 1000,
        p99_milliseconds=median(_percentile(each.latencies, 99) for each in rounds) * 1000,
        rsa_signatures=signatures,
        rsa_share=signatures / limits.cryptography / cpu,
    )


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def markdown(report: Report) -> str:
    """Write the report for people."""
    machine = ", ".join(f"{name} {value}" for name, value in report.machine.items())
    settings = ", ".join(f"{name} {value}" for name, value in report.settings.items())
    return "\n".join((machine, "", settings, "", *_limits(report.limits), "", *_table(report)))


def _limits(limits: Limits) -> list[str]:
    rows = [("cryptography, as the server calls it", limits.cryptography)]
    if limits.openssl is not None:
        rows.insert(0, ("openssl speed", limits.openssl))
    return [
        "| RSA-2048 signing, one core | signatures/cpu-s | µs each |",
        "|---|--:|--:|",
        *(f"| {name} | {rate:,.0f} | {MICRO / rate:,.0f} |" for name, rate in rows),
    ]


def _table(report: Report) -> list[str]:
    with_database = any(line.database_cpu_microseconds for line in report.lines)
    extra = ["database CPU µs"] if with_database else []
    titles = ["requests/cpu-s", "CPU µs", *extra, "p50 ms", "p99 ms", "RSA signatures", "RSA share"]
    return [
        f"| workload | {' | '.join(titles)} |",
        "|---|" + "--:|" * len(titles),
        *(_row(line, with_database) for line in report.lines),
    ]


def _row(line: Line, with_database: bool) -> str:
    cells = [
        line.name.replace("_", " "),
        f"{line.requests_per_cpu_second:,.0f}",
        f"{line.cpu_microseconds:,.0f}",
        *([f"{line.database_cpu_microseconds:,.0f}"] if with_database else []),
        f"{line.p50_milliseconds:.1f}",
        f"{line.p99_milliseconds:.1f}",
        str(line.rsa_signatures),
        f"{line.rsa_share:.0%}",
    ]
    return f"| {' | '.join(cells)} |"
