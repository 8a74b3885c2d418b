"""A workload over many connections at once, for a while, and what it cost the server."""

import asyncio
import base64
import json
import re
import time
from dataclasses import dataclass

from bench.caller import Caller
from bench.connection import Connection
from bench.process import CPU_TICK, cpu_seconds
from bench.server import Server
from bench.workloads import Act, Workload

WARM_UP = 5  # requests on each connection that are not counted
MAX_REQUESTS = 50_000  # in one measurement, so that the database stays small
PATIENCE = 60  # seconds beyond those of the measurement, for a server that hangs

JWT_HEADER = re.compile(rb'"(eyJ[\w-]+)\.[\w-]+\.[\w-]+"')


@dataclass(frozen=True, slots=True)
class Measurement:
    """One workload in one round; durations in seconds."""

    requests: int
    elapsed: float
    server_cpu: float
    database_cpu: float
    latencies: list[float]
    rsa_signatures: int


async def measure(
    workload: Workload, server: Server, *, connections: int, seconds: float
) -> Measurement:
    """Run a workload; raise UnexpectedAnswer if the server refuses anything."""
    opened = [await Connection.open(server.host, server.port) for _ in range(connections)]
    try:
        async with asyncio.timeout(seconds + PATIENCE):
            acts = [await workload(Caller(connection, server.people)) for connection in opened]
            answers = await asyncio.gather(*(_warm_up(act) for act in acts))
            return await _measure(acts, server, seconds, count_rsa_signatures(answers[0]))
    finally:
        for connection in opened:
            connection.close()


async def _warm_up(act: Act) -> bytes:
    for _ in range(WARM_UP):
        answer = await act()
    return answer


async def _measure(
    acts: list[Act], server: Server, seconds: float, rsa_signatures: int
) -> Measurement:
    latencies: list[float] = []
    server_before, database_before = cpu_seconds(server.pid), cpu_seconds(server.database_pid)
    started = time.perf_counter()
    await asyncio.gather(*(_repeat(act, started + seconds, latencies) for act in acts))
    return Measurement(
        requests=len(latencies),
        elapsed=time.perf_counter() - started,
        # Never zero: what takes less than a tick is not seen at all.
        server_cpu=max(CPU_TICK, cpu_seconds(server.pid) - server_before),
        database_cpu=cpu_seconds(server.database_pid) - database_before,
        latencies=latencies,
        rsa_signatures=rsa_signatures,
    )


async def _repeat(act: Act, end: float, latencies: list[float]) -> None:
    now = time.perf_counter()
    while now < end and len(latencies) < MAX_REQUESTS:
        await act()
        answered = time.perf_counter()
        latencies.append(answered - now)
        now = answered


def count_rsa_signatures(body: bytes) -> int:
    """Count the JWTs in a JSON answer that RSA has signed."""
    headers = [json.loads(base64.urlsafe_b64decode(h + b"==")) for h in JWT_HEADER.findall(body)]
    return sum(header["alg"] in {"RS256", "PS256"} for header in headers)
