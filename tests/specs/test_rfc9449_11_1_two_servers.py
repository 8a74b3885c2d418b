"""A proof is good once for all servers of an issuer (RFC 9449 §11.1)."""

import anyio
import httpx2
import pytest

from idp.config import Config
from idp.oauth2 import dpop
from idp.storage.users import User
from tests.conftest import Configure, SignIn
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty
from tests.specs.test_two_servers import second_app, transport

__all__ = ["second_app", "transport"]


@pytest.fixture
def config(configure: Configure) -> Config:
    """Ask for nonces."""
    return configure(protocol={"dpop_nonce": True})


async def test_each_server_knows_what_the_other_was_sent(
    rp: RelyingParty, config: Config, alice: User, walk: SignIn
) -> None:
    """The nonce of one is good at the other, and what is used up at one is used up at both."""
    party = ProvingParty(rp, Holder(config.issuer))
    code = (await walk(rp)).params["code"]
    await party.exchange(code)
    token = (await party.exchange(code)).json()["access_token"]
    party.proof = party.holder.prove("GET", "/userinfo", access_token=token)

    first = await party.userinfo(token)
    again = [await party.userinfo(token) for _ in range(2)]

    assert first.status_code == 200
    assert [each.json()["error_description"] for each in again] == [dpop.USED] * 2


async def test_of_many_at_once_one_is_answered(
    rp: RelyingParty, config: Config, alice: User, walk: SignIn
) -> None:
    """One statement decides, whichever server asks."""
    party = ProvingParty(rp, Holder(config.issuer))
    code = (await walk(rp)).params["code"]
    await party.exchange(code)
    token = (await party.exchange(code)).json()["access_token"]
    party.proof = party.holder.prove("GET", "/userinfo", access_token=token)
    answers: list[httpx2.Response] = []

    async def ask() -> None:
        answers.append(await party.userinfo(token))

    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(ask)

    assert sorted(each.status_code for each in answers) == [200] + [401] * 5
