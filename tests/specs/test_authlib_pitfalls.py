"""What Authlib's classes would do if ours did not keep them from it, where no other test shows it.

Each test names the habit that it is about; an upgrade of Authlib that brings it back fails here.
"""

import logging

import pytest

from idp.config import LogConfig
from idp.log import configure as configure_log
from idp.log import log
from tests.conftest import AddClient, SignIn, Tokens
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty, unverified_header

OFFLINE = "openid offline_access"

pytestmark = pytest.mark.usefixtures("alice")


async def test_client_secret_post_is_accepted_wherever_a_client_authenticates(
    add_client: AddClient, walk: SignIn
) -> None:
    """Habit: most grant types and endpoints accept client_secret_basic alone."""
    rp = await add_client(token_endpoint_auth_method="client_secret_post")
    me = {"client_id": rp.client_id, "client_secret": rp.client_secret}
    code = (await walk(rp, scope=OFFLINE)).params["code"]
    posting = RelyingParty(rp.http, rp.client_id)  # authenticated by nothing but its parameters
    posting.code_verifier = rp.code_verifier

    issued = await posting.exchange(code, **me)
    answers = [
        issued,
        await posting.refresh(issued.json()["refresh_token"], **me),
        await posting.introspect("x", **me),
        await posting.revoke("x", **me),
    ]

    assert [each.status_code for each in answers] == [200] * 4


async def test_every_token_is_signed_by_the_active_key(
    rp: RelyingParty, add_client: AddClient, tokens: Tokens
) -> None:
    """Habit: a key of the set at random, one that is not in use yet among them."""
    machine = await add_client(**MACHINE)
    active = (await rp.http.get("/jwks.json")).json()["keys"][0]["kid"]

    own = [
        (await machine.token(grant_type="client_credentials")).json()["access_token"]
        for _ in range(8)
    ]
    issued = await tokens(rp)

    signed = [*own, issued["access_token"], issued["id_token"]]
    assert {unverified_header(token)["kid"] for token in signed} == {active}


async def test_no_token_is_logged_at_the_lowest_level(
    rp: RelyingParty,
    tokens: Tokens,
    restored_log: None,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Habit: whole tokens in debug lines."""
    caplog.set_level(logging.DEBUG)
    configure_log(LogConfig(level="debug"))

    issued = await tokens(rp, scope=OFFLINE)
    refreshed = (await rp.refresh(issued["refresh_token"])).json()

    kinds = ("access_token", "id_token", "refresh_token")
    secrets = [body[kind] for body in (issued, refreshed) for kind in kinds]
    log.flush()
    written = caplog.text + capsys.readouterr().err
    assert "tokens_refreshed" in written
    assert not any(secret in written for secret in secrets)


async def test_the_same_nonce_twice_is_the_clients_own_business(
    rp: RelyingParty, tokens: Tokens
) -> None:
    """Habit: a nonce that was seen before is refused as a replay, a reload of the page included."""
    first, second = await tokens(rp, nonce="n"), await tokens(rp, nonce="n")

    assert first["id_token"] != second["id_token"]


async def test_error_texts_never_repeat_the_request(rp: RelyingParty) -> None:
    """Habit: parameters in descriptions, which break the answer if they have a quotation mark."""
    answers = [
        await rp.token(grant_type="leak-1"),
        await rp.exchange("leak-2"),
        await rp.refresh("leak-3"),
        await rp.token(grant_type="client_credentials", scope="leak-4"),
        await rp.introspect("leak-5", token_type_hint="leak-6"),
        await rp.revoke("leak-7", token_type_hint='leak"8'),
    ]

    assert not any("leak" in each.text for each in answers)
    assert max(each.status_code for each in answers) == 400
