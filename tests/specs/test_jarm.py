"""Authorization responses in a signed JWT (JARM §2)."""

import time

import httpx2
import pytest

from idp.clients.registration import register
from idp.config import Config
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, Configure, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import BY_BROWSER
from tests.parties.jarm import carried, response_of, verified
from tests.parties.relying_party import (
    REDIRECT_URI,
    RelyingParty,
    unverified_claims,
    unverified_header,
)
from tests.parties.request_objects import JWKS, request_object

WITH_TOKENS = [each for each in BY_BROWSER["response_types"] if each != "code"]
TEN_MINUTES = 600

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let tokens travel by way of the browser, too."""
    return configure(protocol={"implicit": True})


async def ask(browser: Browser, rp: RelyingParty, **changes: str | None) -> Arrival:
    """Ask without pages."""
    arrival = await browser.open(rp.authorization_url(prompt="none", **changes))
    assert isinstance(arrival, Arrival)
    return arrival


@pytest.mark.parametrize(
    ("mode", "mark"),
    [("jwt", "?"), ("query.jwt", "?"), ("fragment.jwt", "#")],
)
async def test_2_3_response_is_one_parameter(
    rp: RelyingParty, walk: SignIn, mode: str, mark: str
) -> None:
    """All there is to say is in the JWT, and the code in it is as good as any (§2.1)."""
    arrival = await walk(rp, response_mode=mode)

    params = await response_of(rp, arrival)

    assert arrival.url.startswith(f"{rp.redirect_uri}{mark}response=")
    assert params == {"code": params["code"], "state": rp.state}
    assert (await rp.exchange(params["code"])).status_code == 200


async def test_2_3_3_response_by_a_form(rp: RelyingParty, browser: Browser, walk: SignIn) -> None:
    """form_post.jwt is a page whose form has the one field."""
    await walk(rp)

    page = await browser.open(rp.authorization_url(response_mode="form_post.jwt"))

    assert isinstance(page, Page)
    assert "form-post-page" in page
    assert page.forms[0].action == rp.redirect_uri
    params = await response_of(rp, page)
    assert (await rp.exchange(params["code"])).status_code == 200


async def test_2_1_response_expires_soon(rp: RelyingParty, walk: SignIn) -> None:
    """Ten minutes are recommended as the most; nothing is in it that an ID token has."""
    claims = unverified_claims(carried(await walk(rp, response_mode="jwt")))

    assert time.time() < claims["exp"] <= time.time() + TEN_MINUTES
    assert set(claims) == {"iss", "aud", "exp", "code", "state"}


@pytest.mark.parametrize("state", [None, "", "a b&c=d#\u00e9\"'<"])
async def test_2_1_state_is_in_it_as_it_came(
    rp: RelyingParty, browser: Browser, walk: SignIn, state: str | None
) -> None:
    """With success and with an error; a request without one has none."""
    await walk(rp)
    expected = {} if state is None else {"state": state}

    granted = await response_of(rp, await ask(browser, rp, response_mode="jwt", state=state))
    refused = await response_of(
        rp, await ask(browser, rp, response_mode="jwt", state=state, max_age="soon")
    )

    assert granted == {"code": granted["code"]} | expected
    assert (
        refused
        == {
            "error": "invalid_request",
            "error_description": "The max_age must be a number of seconds.",
        }
        | expected
    )


@pytest.mark.parametrize("response_type", WITH_TOKENS)
async def test_2_3_4_tokens_travel_in_the_fragment(
    add_client: AddClient, walk: SignIn, response_type: str
) -> None:
    """`jwt` is fragment.jwt for them, and what is a number is one in JSON (§2.1)."""
    rp = await add_client(**BY_BROWSER)

    arrival = await walk(rp, response_type=response_type, response_mode="jwt")

    params = await response_of(rp, arrival)
    assert arrival.url.startswith(f"{rp.redirect_uri}#response=")
    assert ("code" in params) == ("code" in response_type)
    assert ("id_token" in params) == ("id_token" in response_type)
    assert ("access_token" in params) == (response_type.split().count("token") == 1)
    if "access_token" in params:
        assert params["expires_in"] == TEN_MINUTES
        assert params["token_type"] == "Bearer"
        assert (await rp.userinfo(params["access_token"])).status_code == 200


@pytest.mark.parametrize("response_type", WITH_TOKENS)
async def test_2_3_1_tokens_are_not_put_into_a_query(
    add_client: AddClient, browser: Browser, walk: SignIn, response_type: str
) -> None:
    """They would leak; who asks for that is told where tokens would have come."""
    rp = await add_client(**BY_BROWSER)
    await walk(rp)

    arrival = await ask(browser, rp, response_type=response_type, response_mode="query.jwt")

    assert arrival.url.startswith(f"{rp.redirect_uri}#response=")
    assert await response_of(rp, arrival) == {
        "error": "invalid_request",
        "error_description": "Tokens go into a query only if they are encrypted: "
        "use response_mode=jwt.",
        "state": rp.state,
    }


@pytest.mark.parametrize(
    ("mode", "mark"), [("jwt", "?"), ("query.jwt", "?"), ("fragment.jwt", "#")]
)
async def test_2_1_error_is_told_the_same_way(
    rp: RelyingParty, browser: Browser, mode: str, mark: str
) -> None:
    """Nobody is signed in, which the client can believe."""
    arrival = await ask(browser, rp, response_mode=mode)

    assert arrival.url.startswith(f"{rp.redirect_uri}{mark}response=")
    assert (await response_of(rp, arrival))["error"] == "login_required"


async def test_2_1_error_by_a_form(rp: RelyingParty, browser: Browser) -> None:
    """The form brings it."""
    page = await browser.open(rp.authorization_url(prompt="none", response_mode="form_post.jwt"))

    assert (await response_of(rp, page))["error"] == "login_required"


async def test_2_1_who_says_no_is_believed(rp: RelyingParty, browser: Browser) -> None:
    """The mode is kept while a person is busy, to the end."""
    login = await browser.open(rp.authorization_url(response_mode="jwt"))
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)

    arrival = await browser.submit(consent, "consent-deny")

    assert await response_of(rp, arrival) == {
        "error": "access_denied",
        "error_description": "The user did not allow it.",
        "state": rp.state,
    }


@pytest.mark.parametrize("mode", ["pigeon.jwt", "JWT", "query.jwt.jwt", "jwt.jwt", ".jwt"])
async def test_2_3_what_is_no_mode_is_answered_without_one(
    rp: RelyingParty, browser: Browser, mode: str
) -> None:
    """Who spells it wrongly reads the error where answers are if nothing is asked."""
    arrival = await ask(browser, rp, response_mode=mode)

    assert arrival.params["error_description"] == "The response_mode is not supported."


async def test_2_3_mode_may_be_in_a_request_object(add_client: AddClient, browser: Browser) -> None:
    """Signed there and back."""
    rp = await add_client(jwks=JWKS)
    asked = request_object(rp, response_mode="jwt", prompt="none")

    arrival = await browser.open(rp.authorization_url(request=asked))

    assert (await response_of(rp, arrival))["error"] == "login_required"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed25519"])
async def test_3_signed_as_registered(add_client: AddClient, walk: SignIn, algorithm: str) -> None:
    """`authorization_signed_response_alg` is for this alone: ID tokens have their own."""
    rp = await add_client(authorization_signed_response_alg=algorithm)

    arrival = await walk(rp, response_mode="jwt")

    params = await verified(rp, carried(arrival), algorithm)
    id_token = (await rp.exchange(params["code"])).json()["id_token"]
    assert unverified_header(id_token)["alg"] == "RS256"


async def test_3_algorithm_that_was_withdrawn(
    provider: Provider, http: httpx2.AsyncClient, browser: Browser
) -> None:
    """The client is told in plain, before anybody signs in: it would not believe another."""
    before = provider.config.keys.model_copy(update={"algorithms": ("RS256", "PS256")})
    config = provider.config.model_copy(update={"keys": before})
    metadata = {"redirect_uris": [REDIRECT_URI], "authorization_signed_response_alg": "PS256"}
    registered = await provider.database.run(register, metadata, config)
    rp = RelyingParty(http, registered.client.client_id)

    arrival = await browser.open(rp.authorization_url(response_mode="jwt"))
    usual = await browser.open(rp.authorization_url())

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "unauthorized_client"
    assert arrival.params["state"] == rp.state
    assert isinstance(usual, Page)
