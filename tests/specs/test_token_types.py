"""Each kind of token is good at its own place and nowhere else (RFC 8725 §3.11)."""

import httpx2
import pytest

from idp.clients.registration import find_client
from idp.oidc import logout_token
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import MACHINE
from tests.parties.relying_party import RelyingParty, unverified_claims

OFFLINE = "openid offline_access"

pytestmark = pytest.mark.usefixtures("alice")


async def test_only_access_tokens_open_userinfo(
    rp: RelyingParty, tokens: Tokens, walk: SignIn
) -> None:
    """No ID token, no refresh token, no code."""
    issued = await tokens(rp, scope=OFFLINE)
    code = (await walk(rp)).params["code"]

    answers = {
        name: (await rp.userinfo(token)).status_code
        for name, token in {**_tokens(issued), "code": code}.items()
    }

    assert answers == {"access_token": 200, "id_token": 401, "refresh_token": 401, "code": 401}


async def test_only_refresh_tokens_refresh(rp: RelyingParty, tokens: Tokens, walk: SignIn) -> None:
    """No access token, no ID token, no code."""
    issued = await tokens(rp, scope=OFFLINE)
    code = (await walk(rp)).params["code"]

    answers = {
        name: (await rp.refresh(token)).status_code
        for name, token in {**_tokens(issued), "code": code}.items()
    }

    assert answers == {"access_token": 400, "id_token": 400, "refresh_token": 200, "code": 400}


async def test_only_codes_are_exchanged(rp: RelyingParty, tokens: Tokens) -> None:
    """No token stands in for a code."""
    issued = _tokens(await tokens(rp, scope=OFFLINE))

    answers = [(await rp.exchange(token)).json()["error"] for token in issued.values()]

    assert answers == ["invalid_grant"] * 3


async def test_only_id_tokens_are_hints(rp: RelyingParty, tokens: Tokens, browser: Browser) -> None:
    """An access token does not say who is meant, neither to sign in nor to sign out."""
    issued = _tokens(await tokens(rp, scope=OFFLINE))

    arrivals = {
        name: await browser.open(
            rp.authorization_url(scope=OFFLINE, prompt="none", id_token_hint=token)
        )
        for name, token in issued.items()
    }
    logout = await browser.open(f"/logout?id_token_hint={issued['access_token']}")

    assert {
        name: arrival.params.get("error")
        for name, arrival in arrivals.items()
        if isinstance(arrival, Arrival)
    } == {"id_token": None, "access_token": "invalid_request", "refresh_token": "invalid_request"}
    assert isinstance(logout, Page)
    assert "error-page" in logout


async def test_tokens_of_this_server_are_no_client_assertions(
    rp: RelyingParty, add_client: AddClient, tokens: Tokens, http: httpx2.AsyncClient
) -> None:
    """What we signed does not authenticate a client."""
    machine = await add_client(**MACHINE)
    own = (await machine.token(grant_type="client_credentials")).json()["access_token"]
    issued = _tokens(await tokens(rp, scope=OFFLINE))

    answers = [
        await http.post(
            "/token",
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": token,
            },
        )
        for token in (own, *issued.values())
    ]

    assert {each.status_code for each in answers} == {401}


@pytest.mark.parametrize("typ", ["JWT", "logout+jwt", "dpop+jwt", "oauth-authz-req+jwt", ""])
async def test_access_token_of_another_type_is_none(
    rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider, typ: str
) -> None:
    """The right claims under the right key are not enough (RFC 9068 §4)."""
    claims = unverified_claims((await tokens(rp))["access_token"])

    forged = provider.signer.sign(claims, typ=typ, algorithm="RS256")

    assert (await rp.userinfo(forged)).status_code == 401


async def test_access_token_of_another_issuer_is_none(
    rp: RelyingParty, tokens: Tokens, provider: Provider
) -> None:
    """Keys may be shared by mistake; the issuer is compared all the same."""
    claims = unverified_claims((await tokens(rp))["access_token"])
    foreign = claims | {"iss": "https://other.example"}

    tokens_signed = [
        provider.signer.sign(each, typ="at+jwt", algorithm="RS256") for each in (claims, foreign)
    ]

    assert [(await rp.userinfo(each)).status_code for each in tokens_signed] == [200, 401]


def _tokens(issued: dict[str, str]) -> dict[str, str]:
    return {name: issued[name] for name in ("access_token", "id_token", "refresh_token")}


async def test_logout_tokens_are_good_for_nothing_here(
    rp: RelyingParty, alice: User, provider: Provider, browser: Browser
) -> None:
    """What tells a client of an end neither says who is meant nor opens anything."""
    client = await provider.database.run(find_client, rp.client_id)
    assert client is not None
    token = logout_token.issue(
        provider.config, provider.signer, client, user_id=alice.user_id, sid="sid"
    )

    sign_in = await browser.open(rp.authorization_url(id_token_hint=token))
    sign_out = await browser.open(f"/logout?id_token_hint={token}")

    assert isinstance(sign_in, Arrival)
    assert sign_in.params["error"] == "invalid_request"
    assert isinstance(sign_out, Page)
    assert sign_out.status == 400
    assert (await rp.userinfo(token)).status_code == 401
    assert (await rp.introspect(token)).json() == {"active": False}
