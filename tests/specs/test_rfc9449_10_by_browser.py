"""Requests that name a key, for tokens that come by way of the browser (RFC 9449 §10)."""

from urllib.parse import urldefrag

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, AddClient, Configure, SignIn
from tests.parties.browser import Arrival, Browser
from tests.parties.clients import BY_BROWSER
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.pushing import push
from tests.parties.relying_party import RelyingParty, unverified_claims

REFUSED = "A token of response_type is bound to no key: leave it out, or dpop_jkt."
WITH_TOKEN = ["id_token token", "code token", "code id_token token"]


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients have tokens by way of the browser."""
    return configure(protocol={"implicit": True})


@pytest.fixture(params=["client_secret_basic", "none"])
async def rp(add_client: AddClient, request: pytest.FixtureRequest) -> RelyingParty:
    """Add a client that is registered for everything, with a secret or without."""
    return await add_client(**BY_BROWSER, token_endpoint_auth_method=request.param)


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


@pytest.mark.parametrize("response_type", WITH_TOKEN)
async def test_no_token_is_given_that_is_bound_to_nothing(
    rp: RelyingParty, holder: Holder, browser: Browser, alice: User, response_type: str
) -> None:
    """Who wants tokens for a key alone is told so before anybody signs in, and gets no other."""
    arrival = await browser.open(
        rp.authorization_url(response_type=response_type, dpop_jkt=holder.jkt)
    )

    assert isinstance(arrival, Arrival)
    assert urldefrag(arrival.url)[1]
    assert arrival.params["error"] == "invalid_request"
    assert arrival.params["error_description"] == REFUSED
    assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)
    assert not {"access_token", "code", "id_token"} & arrival.params.keys()


async def test_a_proof_says_the_same_where_requests_are_pushed(
    rp: RelyingParty, holder: Holder
) -> None:
    """The client is told when it pushes (§10.1)."""
    response = await push(ProvingParty(rp, holder), response_type="code token")

    assert response.status_code == 400
    assert response.json() == {"error": "invalid_request", "error_description": REFUSED}


async def test_a_code_beside_an_id_token_is_bound(
    rp: RelyingParty, holder: Holder, config: Config, alice: User, walk: SignIn
) -> None:
    """The only access token comes for a proof of the key, and is bound to it."""
    answer = await walk(rp, response_type="code id_token", dpop_jkt=holder.jkt)
    code = answer.params["code"]

    stolen = await ProvingParty(rp, Holder(config.issuer)).exchange(code)
    right = (await ProvingParty(rp, holder).exchange(code)).json()

    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert right["token_type"] == "DPoP"
    assert unverified_claims(right["access_token"])["cnf"] == {"jkt": holder.jkt}


async def test_without_a_key_tokens_are_as_ever(
    rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Who names none gets what anybody may use who has it."""
    answer = await walk(rp, response_type="code token")

    assert answer.params["token_type"] == "Bearer"
    assert "cnf" not in unverified_claims(answer.params["access_token"])
