"""Nonces of the server in proofs (RFC 9449 §8, §9): none can be made beforehand."""

from base64 import urlsafe_b64encode

import httpx2
import pytest

from idp.config import Config
from idp.oauth2 import dpop
from idp.oauth2.dpop_nonce import WINDOW
from idp.storage.users import User
from idp.users.sealing import add_sealing_key
from idp.web.provider import Provider
from tests.conftest import AddClient, Clock, Configure, SignIn, Tokens
from tests.parties.clients import MACHINE
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty


@pytest.fixture
def config(configure: Configure) -> Config:
    """Ask for nonces."""
    return configure(protocol={"dpop_nonce": True})


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


@pytest.fixture
async def machine(add_client: AddClient, holder: Holder) -> ProvingParty:
    """Add a client that acts for itself, with a key."""
    return ProvingParty(await add_client(**MACHINE), holder)


async def ask(machine: ProvingParty) -> httpx2.Response:
    """Ask for a token."""
    return await machine.token(grant_type="client_credentials")


async def test_8_proof_needs_the_nonce_of_the_answer(machine: ProvingParty) -> None:
    """The first one is refused with the nonce for the next, which every answer brings (§8.2)."""
    answers = [await ask(machine) for _ in range(3)]

    assert (answers[0].status_code, answers[0].json()) == (
        400,
        {"error": "use_dpop_nonce", "error_description": dpop.NO_NONCE},
    )
    assert [each.status_code for each in answers[1:]] == [200, 200]
    assert all(each.headers["dpop-nonce"] for each in answers)
    assert all(each.headers["cache-control"] == "no-store" for each in answers)


async def test_8_code_is_good_for_the_second_try(
    rp: RelyingParty, holder: Holder, alice: User, walk: SignIn
) -> None:
    """As is the refresh token: nothing is spent by a request that lacks a nonce."""
    party = ProvingParty(rp, holder)
    code = (await walk(rp, scope="openid offline_access")).params["code"]

    refused = await party.exchange(code)
    issued = await party.exchange(code)
    holder.nonce = None
    again = await party.refresh(issued.json()["refresh_token"])
    refreshed = await party.refresh(issued.json()["refresh_token"])

    assert [each.json().get("error") for each in (refused, issued, again, refreshed)] == [
        "use_dpop_nonce",
        None,
        "use_dpop_nonce",
        None,
    ]


async def test_9_resources_ask_for_it_in_a_challenge(
    rp: RelyingParty, holder: Holder, alice: User, walk: SignIn
) -> None:
    """With 401, and the nonce in a header of its own; a good answer brings it, too (§9)."""
    party = ProvingParty(rp, holder)
    code = (await walk(rp)).params["code"]
    await party.exchange(code)
    token = (await party.exchange(code)).json()["access_token"]
    nonce, holder.nonce = holder.nonce, None

    refused = await party.userinfo(token)
    holder.nonce = nonce
    right = await party.userinfo(token)

    assert (refused.status_code, refused.json()["error"]) == (401, "use_dpop_nonce")
    assert refused.headers["www-authenticate"].startswith(
        'DPoP realm="idp", error="use_dpop_nonce"'
    )
    assert refused.headers["dpop-nonce"] == nonce
    assert (right.status_code, right.headers["dpop-nonce"]) == (200, nonce)


async def test_8_nonce_of_some_time_ago_is_too_old(machine: ProvingParty, clock: Clock) -> None:
    """It is good for the window in which it was given, and the next one."""
    await ask(machine)
    nonce = machine.holder.nonce
    clock.move(WINDOW)
    still_good = await ask(machine)
    machine.holder.nonce = nonce
    clock.move(WINDOW)
    too_old = await ask(machine)

    assert (still_good.status_code, too_old.json()["error"]) == (200, "use_dpop_nonce")
    assert too_old.headers["dpop-nonce"] != nonce


async def test_8_made_up_nonces_are_refused(machine: ProvingParty) -> None:
    """Whatever they are made of."""
    await ask(machine)
    nonce = machine.holder.nonce or ""
    made_up: list[object] = [
        nonce[:-1] + ("A" if nonce[-1] != "A" else "B"),
        "",
        "\u00e9",
        "\ud800",
        [nonce],
        urlsafe_b64encode(bytes(32)).decode().rstrip("="),
    ]
    answers = []

    for each in made_up:
        machine.proof = machine.holder.prove("POST", "/token", nonce=each)
        answers.append((await ask(machine)).json()["error"])

    assert answers == ["use_dpop_nonce"] * len(made_up)


async def test_8_every_server_knows_the_nonces_of_the_others(
    machine: ProvingParty, config: Config, provider: Provider, holder: Holder
) -> None:
    """They have one key file; a new key in it does not end what was given by the one before."""
    await ask(machine)
    old = holder.nonce
    await provider.database.run(add_sealing_key, config.keys)

    with_old = await ask(machine)
    with_new = await ask(machine)

    assert [with_old.status_code, with_new.status_code] == [200, 200]
    assert holder.nonce != old


async def test_who_sends_no_proof_gets_no_nonce(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Bearer tokens are as they were."""
    issued = await tokens(rp)
    answer = await rp.userinfo(issued["access_token"])

    assert answer.status_code == 200
    assert "dpop-nonce" not in answer.headers
