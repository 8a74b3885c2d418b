"""Keys that are rotated or discarded while two workers serve: both take it up within seconds."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import httpx2
import pytest

from idp.app import close, make_provider
from idp.clients.registration import Registered, register
from tests.faults.conftest import Service
from tests.parties.clients import MACHINE
from tests.parties.process import IDP, PATIENCE, ServerProcess, environment_of, until
from tests.parties.relying_party import unverified_header

# What /userinfo says of a token that is good, but not of a person; and of one that is not good.
GOOD, NOT_GOOD = 403, 401


@pytest.fixture
async def machine(on_postgresql: Service) -> tuple[str, str]:
    """A client that gets JWTs for itself: its name and its secret."""
    provider = make_provider(on_postgresql.process.config)
    added: Registered = await provider.database.run(register, MACHINE, provider.config)
    await close(provider)
    assert added.client_secret is not None
    return added.client.client_id, added.client_secret.reveal()


async def test_a_rotation_is_taken_up_by_every_worker(
    on_postgresql: Service, machine: tuple[str, str]
) -> None:
    """All sign with the same new key, and take what the key before has signed."""
    process = on_postgresql.process
    old = [_token(process, worker, machine) for worker in await _workers(process)]

    _idp(process, "keys", "rotate", "--now")
    os.kill(process.pid, signal.SIGHUP)

    workers = await _workers(process)
    for worker in workers:
        await until(partial(_has_taken_up, process, worker, machine, _kid(old[0])))
    new = [_token(process, worker, machine) for worker in workers]
    assert len({_kid(token) for token in old}) == len({_kid(token) for token in new}) == 1
    assert {_userinfo(process, worker, token) for worker in workers for token in (*old, *new)} == {
        GOOD
    }
    assert workers == process.workers()


async def test_a_key_that_was_stolen_is_dropped_by_every_worker(
    on_postgresql: Service, machine: tuple[str, str]
) -> None:
    """Nobody has to be told: soon no worker takes its tokens or publishes it."""
    process = on_postgresql.process
    workers = await _workers(process)
    token = _token(process, min(workers), machine)
    assert {_userinfo(process, worker, token) for worker in workers} == {GOOD}

    _idp(process, "keys", "discard", _kid(token))

    for worker in workers:
        await until(partial(_refuses, process, worker, token))
    published = {_get(process, worker, "/jwks.json").text for worker in workers}
    assert len(published) == 1
    assert _kid(token) not in published.pop()


def _idp(process: ServerProcess, *arguments: str) -> None:
    """Run a command beside the server."""
    subprocess.run(
        [IDP, *arguments],
        cwd=process.directory,
        env=environment_of(process.config),
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )


async def _workers(process: ServerProcess) -> set[int]:
    await until(lambda: len(process.workers()) == 2)
    return process.workers()


@contextmanager
def _alone(process: ServerProcess, worker: int) -> Iterator[httpx2.Client]:
    """Let all other workers stand still, so that this one answers."""
    others = process.workers() - {worker}
    try:
        for other in others:
            os.kill(other, signal.SIGSTOP)
        with httpx2.Client(base_url=process.address, timeout=PATIENCE) as http:
            yield http
    finally:
        for other in others:
            with suppress(ProcessLookupError):
                os.kill(other, signal.SIGCONT)


def _token(process: ServerProcess, worker: int, machine: tuple[str, str]) -> str:
    with _alone(process, worker) as http:
        answer = http.post("/token", data={"grant_type": "client_credentials"}, auth=machine)
    token: str = answer.json()["access_token"]
    return token


def _userinfo(process: ServerProcess, worker: int, token: str) -> int:
    with _alone(process, worker) as http:
        return http.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code


def _get(process: ServerProcess, worker: int, path: str) -> httpx2.Response:
    with _alone(process, worker) as http:
        return http.get(path)


def _has_taken_up(
    process: ServerProcess, worker: int, machine: tuple[str, str], old_kid: str
) -> bool:
    return _kid(_token(process, worker, machine)) != old_kid


def _refuses(process: ServerProcess, worker: int, token: str) -> bool:
    return _userinfo(process, worker, token) == NOT_GOOD


def _kid(token: str) -> str:
    kid: str = unverified_header(token)["kid"]
    return kid
