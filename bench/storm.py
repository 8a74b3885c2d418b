"""A storm of logins, ten times what the server can hash: do others notice?

Token and introspection requests come at a modest pace, first alone and then in the storm. Each
login is another connection from another address, as in life: so none is throttled for the others.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

import uvloop

from bench.caller import Caller
from bench.connection import Connection, UnexpectedAnswer
from bench.people import CROWD, PASSWORD
from bench.process import cpu_seconds
from bench.server import Server
from bench.workloads import Act, Workload, client_credentials, introspection

OVERLOAD = 10
STEADY: tuple[Workload, ...] = (client_credentials, introspection)
CONNECTIONS = 4  # for each of these
INTERVAL = 0.1  # seconds between two requests of a connection
LOGINS_ALONE = 3
MOST_LOGINS = 2000
PATIENCE = 120  # seconds beyond those of the storm, until the last login is answered
TOLD_TO_WAIT = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class Steady:
    """How one kind of request fared: latencies in seconds, and how many were not answered well."""

    latencies: list[float]
    failures: int


@dataclass(frozen=True, slots=True)
class Storm:
    """What came of it, by workload; `logins` by what was answered."""

    logins_per_second: float
    alone: dict[str, Steady]
    stormy: dict[str, Steady]
    logins: dict[str, int]


def measure_storm(server: Server, seconds: float) -> Storm:
    """Measure so long without a storm, and as long in it."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(server, seconds))


async def _measure(server: Server, seconds: float) -> Storm:
    rate = OVERLOAD / await _cpu_of_a_login(server)
    async with asyncio.timeout(2 * seconds + 2 * PATIENCE), _getting_ready(server) as acts:
        alone = await _steady(acts, seconds)
        logins = asyncio.create_task(_storm(server, rate, seconds))
        stormy = await _steady(acts, seconds)
        return Storm(rate, alone, stormy, await logins)


async def _cpu_of_a_login(server: Server) -> float:
    before = cpu_seconds(server.pid)
    for number in range(LOGINS_ALONE):
        answer = await _log_in(server, number)
        if answer != "logged in":
            raise UnexpectedAnswer(f"A login alone was {answer}.")
    return (cpu_seconds(server.pid) - before) / LOGINS_ALONE


@asynccontextmanager
async def _getting_ready(server: Server) -> AsyncIterator[dict[str, list[Act]]]:
    async with AsyncExitStack() as stack:
        acts: dict[str, list[Act]] = {workload.__name__: [] for workload in STEADY}
        for workload in STEADY:
            for _ in range(CONNECTIONS):
                connection = await Connection.open(server.host, server.port)
                stack.callback(connection.close)
                acts[workload.__name__].append(await workload(Caller(connection, server.people)))
        yield acts


async def _steady(acts: dict[str, list[Act]], seconds: float) -> dict[str, Steady]:
    end = time.perf_counter() + seconds
    measured = await asyncio.gather(*(_paced(each, end) for each in acts.values()))
    return dict(zip(acts, measured, strict=True))


async def _paced(acts: list[Act], end: float) -> Steady:
    shift = INTERVAL / len(acts)
    repeated = [_repeat(act, number * shift, end) for number, act in enumerate(acts)]
    latencies = [each for some in await asyncio.gather(*repeated) for each in some]
    answered = [each for each in latencies if each is not None]
    return Steady(answered, failures=len(latencies) - len(answered))


async def _repeat(act: Act, shift: float, end: float) -> list[float | None]:
    """Act at each tick; a latency counts from the tick, so that a slow answer hides no other."""
    latencies: list[float | None] = []
    tick = time.perf_counter() + shift
    while tick < end:
        await _until(tick)
        try:
            await act()
        except UnexpectedAnswer:
            latencies.append(None)
        else:
            latencies.append(time.perf_counter() - tick)
        tick += INTERVAL
    return latencies


async def _storm(server: Server, rate: float, seconds: float) -> dict[str, int]:
    """Let logins come at a rate, however many are waiting; give how many were answered how."""
    begun = time.perf_counter()
    tasks = []
    for number in range(min(MOST_LOGINS, round(rate * seconds))):
        await _until(begun + number / rate)
        tasks.append(asyncio.create_task(_log_in(server, number)))
    done, unanswered = await asyncio.wait(tasks, timeout=PATIENCE)
    for task in unanswered:
        task.cancel()
    outcomes = [task.result() for task in done] + ["not answered" for _ in unanswered]
    return {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}


async def _log_in(server: Server, number: int) -> str:
    try:
        connection = await Connection.open(server.host, server.port, source=_address(number))
    except OSError:
        return "not connected"
    try:
        return await _post_password(Caller(connection, server.people), CROWD[number % len(CROWD)])
    except (OSError, EOFError):
        return "hung up on"
    finally:
        connection.close()


async def _post_password(caller: Caller, username: str) -> str:
    request = caller.token_request(
        "password_app", grant_type="password", username=username, password=PASSWORD
    )
    answer = await caller.connection.ask(request)
    if answer.status == HTTPStatus.OK and b'"access_token"' in answer.body:
        return "logged in"
    if answer.status in TOLD_TO_WAIT and answer.field(b"retry-after"):
        return f"{answer.status} with Retry-After"
    return f"answered with {answer.status}"


def _address(number: int) -> str:
    """Choose one of the addresses that all are this machine's."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0, moment - time.perf_counter()))
