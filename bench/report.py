"""What all rounds say together: medians, and ratios of what was measured side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil, inf
from statistics import median
from typing import Any

from bench.footprint import Footprint
from bench.lineup import FILLED
from bench.load import Measurement
from bench.node_oidc_provider import PEER
from bench.rounds import Round
from bench.storm import Steady, Storm


@dataclass(frozen=True, slots=True)
class Latency:
    """How long requests take."""

    p50_milliseconds: float
    p99_milliseconds: float


@dataclass(frozen=True, slots=True)
class Line:
    """What a workload costs one server: medians over the rounds.

    `speed_of_peer` says how many times as fast as node-oidc-provider with as many signatures, by
    the CPU time of the server; `speed_of_empty` how fast on a filled database, by all CPU time.
    """

    server: str
    workload: str
    requests_per_cpu_second: float
    cpu_microseconds: float
    database_cpu_microseconds: float
    requests_per_second: float
    latency: Latency
    rsa_signatures: int
    rsa_share: float
    speed_of_peer: float | None
    speed_of_empty: float | None


@dataclass(frozen=True, slots=True)
class Limits:
    """RSA-2048 signatures per CPU-second; `openssl` is None where there is no such command."""

    openssl: float | None
    cryptography: float


@dataclass(frozen=True, slots=True)
class StormLine:
    """What a kind of request noticed of a storm of logins."""

    server: str
    workload: str
    alone: Latency
    stormy: Latency
    p99_ratio: float
    failures: int
    logins_per_second: float
    logins: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run has found."""

    machine: Mapping[str, str]
    settings: Mapping[str, object]
    absent: Mapping[str, str]
    limits: Limits | None
    lines: Sequence[Line]
    footprints: Sequence[Footprint]
    help_seconds: float
    storms: Sequence[StormLine]

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)


def summarize(rounds: Sequence[Round]) -> list[Line]:
    """Write a line for each server and workload, in the order in which they were measured."""
    workloads = dict.fromkeys(each.workload for each in rounds)
    servers = dict.fromkeys(name for each in rounds for name in each.measurements)
    of_workload = {name: [each for each in rounds if each.workload == name] for name in workloads}
    return [
        _line(server, workload, of_workload[workload])
        for server in servers
        for workload in workloads
        if server in of_workload[workload][0].measurements
    ]


def summarize_limits(rounds: Sequence[Round]) -> Limits | None:
    """Take the medians; without a round, nothing was measured."""
    if not rounds:
        return None
    openssl = [each.openssl for each in rounds if each.openssl is not None]
    return Limits(
        openssl=median(openssl) if openssl else None,
        cryptography=median(each.signatures_per_cpu_second for each in rounds),
    )


def summarize_storm(server: str, storm: Storm) -> list[StormLine]:
    """Write a line for each kind of request."""
    return [
        _storm_line(server, workload, storm, alone, storm.stormy[workload])
        for workload, alone in storm.alone.items()
    ]


def _storm_line(
    server: str, workload: str, storm: Storm, alone: Steady, stormy: Steady
) -> StormLine:
    before, after = _latency(alone.latencies), _latency(stormy.latencies)
    return StormLine(
        server=server,
        workload=workload,
        alone=before,
        stormy=after,
        p99_ratio=after.p99_milliseconds / before.p99_milliseconds,
        failures=alone.failures + stormy.failures,
        logins_per_second=storm.logins_per_second,
        logins=storm.logins,
    )


def _line(server: str, workload: str, rounds: Sequence[Round]) -> Line:
    measured = [each.measurements[server] for each in rounds]
    cpu = median(_cpu(each) for each in measured)
    signatures = measured[0].rsa_signatures
    shares = [
        signatures / each.signatures_per_cpu_second / _cpu(each.measurements[server])
        for each in rounds
    ]
    return Line(
        server=server,
        workload=workload,
        requests_per_cpu_second=1 / cpu,
        cpu_microseconds=cpu * 1e6,
        database_cpu_microseconds=median(e.database_cpu / e.requests for e in measured) * 1e6,
        requests_per_second=median(each.requests / each.elapsed for each in measured),
        latency=_median_latency([_latency(each.latencies) for each in measured]),
        rsa_signatures=signatures,
        rsa_share=median(shares),
        speed_of_peer=_speed_of_peer(server, rounds),
        speed_of_empty=_speed_of_empty(server, rounds),
    )


def _speed_of_peer(server: str, rounds: Sequence[Round]) -> float | None:
    pairs = _pairs(server, PEER, rounds)
    if server == PEER or not pairs or any(a.rsa_signatures != b.rsa_signatures for a, b in pairs):
        return None
    return median(_cpu(peer) / _cpu(ours) for ours, peer in pairs)


def _speed_of_empty(server: str, rounds: Sequence[Round]) -> float | None:
    if not server.endswith(FILLED):
        return None
    pairs = _pairs(server, server.removesuffix(FILLED), rounds)
    return median(_all_cpu(empty) / _all_cpu(filled) for filled, empty in pairs)


def _pairs(one: str, other: str, rounds: Sequence[Round]) -> list[tuple[Measurement, Measurement]]:
    all_measured = [each.measurements for each in rounds]
    return [(each[one], each[other]) for each in all_measured if other in each]


def _cpu(measured: Measurement) -> float:
    return measured.server_cpu / measured.requests


def _all_cpu(measured: Measurement) -> float:
    return (measured.server_cpu + measured.database_cpu) / measured.requests


def _latency(seconds: Sequence[float]) -> Latency:
    return Latency(_percentile(seconds, 50) * 1000, _percentile(seconds, 99) * 1000)


def _percentile(values: Sequence[float], percent: int) -> float:
    if not values:
        return inf
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def _median_latency(rounds: Sequence[Latency]) -> Latency:
    return Latency(
        median(each.p50_milliseconds for each in rounds),
        median(each.p99_milliseconds for each in rounds),
    )
