"""A signed authorization response is good for nothing else (RFC 8725 §3.11)."""

import httpx2
import pytest

from idp.vocabulary import CLIENT_ASSERTION_TYPE
from idp.vocabulary import TokenTypeIdentifier as TokenType
from tests.conftest import AddClient, SignIn
from tests.endpoints.test_end_session import is_page, is_signed_in, logout_url
from tests.parties.browser import Arrival, Browser
from tests.parties.clients import MACHINE
from tests.parties.encryption import SIGNING_KEY, jwks
from tests.parties.jarm import carried, response_of
from tests.parties.relying_party import RelyingParty
from tests.parties.services import exchange
from tests.parties.trusted_issuer import TOKEN_EXCHANGE

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
async def response(rp: RelyingParty, walk: SignIn) -> str:
    """Get one with a code in it."""
    return carried(await walk(rp, response_mode="jwt"))


async def test_it_is_no_hint(rp: RelyingParty, browser: Browser, response: str) -> None:
    """It neither says who is meant, nor signs anybody out."""
    sign_in = await browser.open(rp.authorization_url(id_token_hint=response, prompt="none"))
    sign_out = await browser.open(logout_url(id_token_hint=response))

    assert isinstance(sign_in, Arrival)
    assert sign_in.params["error_description"] == (
        "The id_token_hint is no ID token of this issuer for this client."
    )
    assert is_page(sign_out, "error-page", 400)
    assert await is_signed_in(browser, rp)


async def test_it_opens_nothing(rp: RelyingParty, add_client: AddClient, response: str) -> None:
    """It is no access token, no refresh token and no code."""
    machine = await add_client(**MACHINE)

    assert (await rp.userinfo(response)).status_code == 401
    assert (await machine.introspect(response)).json() == {"active": False}
    assert (await rp.refresh(response)).json()["error"] == "invalid_grant"
    assert (await rp.exchange(response)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("token_type", [TokenType.ACCESS_TOKEN, TokenType.ID_TOKEN, TokenType.JWT])
async def test_it_is_exchanged_for_nothing(
    add_client: AddClient, walk: SignIn, token_type: str
) -> None:
    """Though it is signed for this client, which may exchange its ID tokens (RFC 8693 §2.1)."""
    rp = await add_client(
        grant_types=["authorization_code", TOKEN_EXCHANGE], token_exchange_audiences=["stock"]
    )
    response = carried(await walk(rp, response_mode="jwt"))
    code = (await response_of(rp, await walk(rp, response_mode="jwt")))["code"]
    id_token = (await rp.exchange(code)).json()["id_token"]

    refused = await exchange(rp, response, token_type, audience="stock")
    taken = await exchange(rp, id_token, TokenType.ID_TOKEN, audience="stock")

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert taken.status_code == 200


async def test_it_authenticates_nobody(http: httpx2.AsyncClient, response: str) -> None:
    """The server signed it, not the client."""
    answer = await http.post(
        "/token",
        data={
            "grant_type": "client_credentials",
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": response,
        },
    )

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_it_is_no_request(add_client: AddClient, walk: SignIn, browser: Browser) -> None:
    """The client signs those."""
    rp = await add_client(jwks=jwks(SIGNING_KEY))
    response = carried(await walk(rp, response_mode="jwt"))

    arrival = await browser.open(rp.authorization_url(request=response, response_mode="jwt"))

    assert (await response_of(rp, arrival))["error"] == "invalid_request_object"
