"""Request objects that are pushed (RFC 9126 §3, RFC 9101)."""

from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, PASSWORD, AddClient, Configure
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.encryption import encrypted
from tests.parties.pushing import parameters_of, url_of
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.request_objects import JWKS, request_object


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients encrypt to the server."""
    return configure(keys={"encryption_algorithms": ["ECDH-ES"]})


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that signs."""
    return await add_client(jwks=JWKS)


async def push_object(rp: RelyingParty, signed: str, **beside: str | None) -> httpx2.Response:
    """Push a request object, and other things beside it."""
    return await rp.post("/par", request=signed, **beside)


def error_of(response: httpx2.Response) -> str:
    """Read how a client is refused."""
    assert response.status_code == 400, response.text
    error: str = response.json()["error"]
    return error


async def finish(browser: Browser, rp: RelyingParty, response: httpx2.Response) -> Arrival:
    """Let alice do what a pushed request needs."""
    assert response.status_code == 201, response.text
    login = await browser.open(url_of(rp, response.json()["request_uri"]))
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    arrival = await browser.submit(consent, "consent-allow")
    assert isinstance(arrival, Arrival)
    return arrival


async def test_object_is_all_that_is_pushed(
    rp: RelyingParty, alice: User, browser: Browser
) -> None:
    """Beside it stands only what authenticates the client."""
    arrival = await finish(browser, rp, await push_object(rp, request_object(rp)))

    tokens = (await rp.exchange(arrival.params["code"])).json()
    assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)
    assert unverified_claims(tokens["id_token"])["nonce"] == rp.nonce


@pytest.mark.parametrize("typ", ["oauth-authz-req+jwt", "JWT", None])
async def test_nothing_beside_it_counts(
    rp: RelyingParty, alice: User, browser: Browser, typ: str | None
) -> None:
    """All parameters of the request must be claims of the JWT, of whatever kind it is."""
    signed = request_object(rp, typ=typ)

    response = await push_object(
        rp, signed, client_id=rp.client_id, state="unsigned", prompt="none", response_type="token"
    )

    assert (await finish(browser, rp, response)).params["state"] == rp.state


async def test_what_it_lacks_is_not_taken_from_beside_it(rp: RelyingParty) -> None:
    """Not even if it is an object of OpenID Connect, which could be a part of a request."""
    part = request_object(rp, typ="JWT", response_type=None)

    response = await push_object(rp, part, **parameters_of(rp))

    assert error_of(response) == "invalid_request"


async def test_client_of_the_object_is_who_authenticates(
    rp: RelyingParty, add_client: AddClient
) -> None:
    """An object that another client has signed, or that names another, is refused."""
    other = await add_client(jwks=JWKS)

    of_other = await push_object(rp, request_object(other))
    names_other = await push_object(rp, request_object(rp, client_id=other.client_id))

    assert error_of(of_other) == "invalid_request_object"
    assert error_of(names_other) == "invalid_request"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "not ours": ({"aud": "https://another.example"}, "invalid_request_object"),
    "expired": ({"exp": 1}, "invalid_request_object"),
    "a name inside": ({"request_uri": "urn:a"}, "invalid_request_object"),
    "an object inside": ({"request": "e.e.e"}, "invalid_request_object"),
    "another redirect_uri": ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
    "two redirect_uris": ({"redirect_uri": ["https://rp.example/callback"] * 2}, "invalid_request"),
    "no redirect_uri": ({"redirect_uri": None}, "invalid_request"),
    "another response_type": ({"response_type": "token"}, "unsupported_response_type"),
}


@pytest.mark.parametrize(("changes", "error"), REFUSED.values(), ids=REFUSED)
async def test_what_does_not_hold_is_refused(
    rp: RelyingParty, changes: dict[str, Any], error: str
) -> None:
    """The client is told in JSON, by the code that would have gone by way of the browser."""
    assert error_of(await push_object(rp, request_object(rp, **changes))) == error


async def test_name_beside_an_object_is_refused(rp: RelyingParty) -> None:
    """request_uri must not be there (§2.1)."""
    response = await push_object(rp, request_object(rp), request_uri="https://rp.example/r")

    assert error_of(response) == "invalid_request"


async def test_client_that_must_sign_must_sign_what_it_pushes(
    add_client: AddClient, alice: User, browser: Browser
) -> None:
    """require_signed_request_object (RFC 9101 §10.5) holds here as well."""
    rp = await add_client(jwks=JWKS, require_signed_request_object=True)

    unsigned = await rp.post("/par", **parameters_of(rp))
    signed = await push_object(rp, request_object(rp))

    assert error_of(unsigned) == "invalid_request"
    assert "code" in (await finish(browser, rp, signed)).params


async def test_object_may_be_encrypted(rp: RelyingParty, alice: User, browser: Browser) -> None:
    """It is decrypted first, and verified then."""
    published = (await rp.http.get("/jwks.json")).json()
    message = encrypted(request_object(rp), published, "ECDH-ES")

    arrival = await finish(browser, rp, await push_object(rp, message))
    unreadable = await push_object(rp, message[:-4] + "AAAA")

    assert arrival.params["state"] == rp.state
    assert error_of(unreadable) == "invalid_request_object"
