"""New keys are made beside what the server answers."""

import threading

import anyio
import pytest

from idp.config import Config
from idp.signing import rotation
from idp.signing.algorithms import PrivateKey, Purpose, make_private_key
from idp.upkeep import reload_keys, rotate_keys
from idp.web.provider import Provider
from tests.conftest import Clock
from tests.endpoints.test_key_rotation import Rotate, operator, rotate, token_of
from tests.parties.relying_party import RelyingParty, unverified_header

__all__ = ["operator", "rotate"]


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """List the threads in which keys are made, one for each key."""
    threads: list[threading.Thread] = []

    def watched(algorithm: Purpose, *, rsa_bits: int) -> PrivateKey:
        threads.append(threading.current_thread())
        return make_private_key(algorithm, rsa_bits=rsa_bits)

    monkeypatch.setattr(rotation, "make_private_key", watched)
    return threads


async def test_by_schedule(
    provider: Provider, config: Config, clock: Clock, makers: list[threading.Thread]
) -> None:
    """An RSA key takes some tenths of a second, in which nobody has to wait."""
    clock.move(config.keys.rotation_interval)

    await rotate_keys(provider)

    assert len(makers) == len(config.keys.algorithms)
    assert threading.current_thread() not in makers


async def test_by_an_operator(
    operator: RelyingParty,
    rotate: Rotate,
    config: Config,
    clock: Clock,
    makers: list[threading.Thread],
) -> None:
    """Nor if a client rotates them; one that comes too early has none made."""
    token = await token_of(operator)
    early = await rotate(token)
    made_early = len(makers)
    clock.move(config.keys.jwks_max_age + 600)

    answer = await rotate(await token_of(operator))

    assert (early.status_code, made_early) == (503, 0)
    assert answer.status_code == 200
    assert len(makers) == len(config.keys.algorithms)
    assert threading.current_thread() not in makers


async def test_whoever_looks_meanwhile_takes_up_no_old_ones(
    operator: RelyingParty,
    rotate: Rotate,
    provider: Provider,
    config: Config,
    clock: Clock,
) -> None:
    """The server looks at its keys all the time, also while a rotation is not durable yet."""
    clock.move(config.keys.jwks_max_age + 600)
    token = await token_of(operator)

    async with anyio.create_task_group() as meanwhile:
        meanwhile.start_soon(look_all_the_time, provider)
        answer = await rotate(token)
        signed_by = unverified_header(await token_of(operator))["kid"]
        meanwhile.cancel_scope.cancel()

    active = [key["kid"] for key in answer.json()["keys"] if key["state"] == "active"]
    assert signed_by in active


async def look_all_the_time(provider: Provider) -> None:
    """Do what upkeep does every two seconds, without a pause."""
    while True:
        await reload_keys(provider)
        await anyio.lowlevel.checkpoint()
