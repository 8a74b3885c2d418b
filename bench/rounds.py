"""Rounds: one workload on all servers, right after each other, so that they share bad moments."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import uvloop
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from bench.limits import (
    make_key,
    openssl_signatures_per_cpu_second,
    signatures_per_cpu_second,
)
from bench.load import Measurement, measure
from bench.machine import Cores, pinned
from bench.node_oidc_provider import PEER
from bench.server import Server
from bench.workloads import OURS_ONLY, Workload


@dataclass(frozen=True, slots=True)
class Round:
    """One workload in one round: what each server made of it, and what RSA cost at that time.

    `openssl` is None where there is no such command.
    """

    workload: str
    signatures_per_cpu_second: float
    openssl: float | None
    measurements: Mapping[str, Measurement]


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured; `seconds` are those of each workload, server and round."""

    rounds: int
    seconds: float
    connections: int

    @property
    def to_warm_up(self) -> "Effort":
        """How much comes before."""
        return replace(self, seconds=self.seconds / 2)


def measure_rounds(
    servers: Mapping[str, Server], workloads: Sequence[Workload], effort: Effort, cores: Cores
) -> Iterator[Round]:
    """Measure every workload once in each round, after a shorter one that nothing is told of.

    Compilers that work while the server runs, as that of Node.js, have then done most of theirs.
    """
    key = make_key()
    for _ in _round("warming up", servers, workloads, effort.to_warm_up, cores, key):
        pass
    for number in range(1, effort.rounds + 1):
        title = f"round {number} of {effort.rounds}"
        yield from _round(title, servers, workloads, effort, cores, key)


def _round(
    title: str,
    servers: Mapping[str, Server],
    workloads: Sequence[Workload],
    effort: Effort,
    cores: Cores,
    key: RSAPrivateKey,
) -> Iterator[Round]:
    with pinned(cores.server):
        openssl = openssl_signatures_per_cpu_second(effort.seconds)
    for workload in workloads:
        with pinned(cores.server):
            signatures = signatures_per_cpu_second(key, effort.seconds / 3)
        measurements = {
            name: _measure(f"{title}: {name}", workload, server, effort)
            for name, server in servers.items()
            if name != PEER or workload not in OURS_ONLY
        }
        yield Round(workload.__name__, signatures, openssl, measurements)


def _measure(title: str, workload: Workload, server: Server, effort: Effort) -> Measurement:
    print(f"{title}: {workload.__name__}", file=sys.stderr)
    load = measure(workload, server, connections=effort.connections, seconds=effort.seconds)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(load)
