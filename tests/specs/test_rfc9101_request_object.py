"""Signed request objects by value (RFC 9101 §5.1, §6, §10; OIDC Core §6.1)."""

import base64
import json
import time
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.storage.users import User
from tests.conftest import ISSUER, AddClient
from tests.conftest import PASSWORD as USER_PASSWORD
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import REDIRECT_URI, RelyingParty, unverified_claims
from tests.parties.request_objects import JWKS, KEYS, request_object, url_with

OTHER_KEY = ECKey.generate_key("P-256", {"kid": "ec"})


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that signs."""
    return await add_client(jwks=JWKS, redirect_uris=[REDIRECT_URI, "https://rp.example/other"])


async def answer(browser: Browser, url: str) -> dict[str, str]:
    """Let alice do what the request needs, and give what the client is answered."""
    shown = await browser.open(url)
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, "alice", USER_PASSWORD)
    if isinstance(shown, Page) and "consent-page" in shown:
        shown = await browser.submit(shown, "consent-allow")
    assert isinstance(shown, Arrival), getattr(shown, "text", "")
    return shown.params


@pytest.mark.parametrize("alg", KEYS)
async def test_request_comes_in_an_object_alone(
    rp: RelyingParty, alice: User, browser: Browser, alg: str
) -> None:
    """Only the client_id stands beside it; it outlasts the pages, and is not in their addresses."""
    params = await answer(browser, url_with(rp, request=request_object(rp, alg=alg)))

    tokens = (await rp.exchange(params["code"])).json()
    assert (params["state"], params["iss"]) == (rp.state, ISSUER)
    assert unverified_claims(tokens["id_token"])["nonce"] == rp.nonce


async def test_nothing_beside_a_whole_request_counts(
    rp: RelyingParty, alice: User, browser: Browser
) -> None:
    """What is not signed is not read (RFC 9101 §6.3)."""
    unsigned = {"state": "unsigned", "redirect_uri": "https://rp.example/other", "prompt": "none"}

    params = await answer(browser, url_with(rp, request=request_object(rp), **unsigned))

    assert params["state"] == rp.state


@pytest.mark.parametrize("typ", [None, "JWT"])
async def test_object_of_openid_connect_is_a_part_of_the_request(
    rp: RelyingParty, alice: User, browser: Browser, typ: str | None
) -> None:
    """What it lacks may stand beside it, and what it has wins (OIDC Core §6.1)."""
    part = request_object(rp, typ=typ, state="signed", nonce=None, iss=None, aud=None, exp=None)

    params = await answer(browser, rp.authorization_url(request=part, state="unsigned", nonce="n"))

    tokens = (await rp.exchange(params["code"])).json()
    assert params["state"] == "signed"
    assert unverified_claims(tokens["id_token"])["nonce"] == "n"


async def test_members_may_be_json(rp: RelyingParty, alice: User, browser: Browser) -> None:
    """Numbers and objects are written as they are (RFC 9101 §4, OIDC Core §6.1)."""
    signed = request_object(rp, max_age=300, claims={"id_token": {"email": None}})

    params = await answer(browser, url_with(rp, request=signed))

    tokens = (await rp.exchange(params["code"])).json()
    assert unverified_claims(tokens["id_token"])["email"] == alice.email


async def test_object_may_be_posted(rp: RelyingParty, alice: User, browser: Browser) -> None:
    """The authorization endpoint takes a form, too (OIDC Core §3.1.2.1)."""
    form = {"client_id": rp.client_id, "request": request_object(rp)}

    shown = await browser.post("/authorize", form)

    assert isinstance(shown, Page)
    assert "login-page" in shown


def unsigned(rp: RelyingParty) -> str:
    """Make an object that nobody has signed."""
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{request_object(rp).split('.')[1]}."


NOW = int(time.time())
MALFORMED = {
    "no JWT": "gibberish",
    "a JWE": "e30.e30.e30.e30.e30",
    "no JSON": "eA.eA.eA",
}
REFUSED: dict[str, dict[str, Any]] = {
    "another key": {"key": OTHER_KEY},
    "the typ of an access token": {"typ": "at+jwt"},
    "the typ of a logout token": {"typ": "logout+jwt"},
    "iss of another": {"iss": "another"},
    "no iss": {"iss": None},
    "aud of another": {"aud": "https://another.example"},
    "no aud": {"aud": None},
    "expired": {"exp": NOW - 60},
    "exp in words": {"exp": "soon"},
    "not yet": {"nbf": NOW + 3600},
    "made in the future": {"iat": NOW + 3600},
    "a client assertion": {"sub": "the client itself"},
    "an object in the object": {"request": "e30.e30."},
    "a reference in the object": {"request_uri": "https://rp.example/r"},
    "NUL": {"nonce": "\0"},
    "half a character": {"nonce": "\ud800"},
    "endlessly many members": {f"m{n}": "x" for n in range(101)},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
async def test_what_does_not_hold_is_refused(
    rp: RelyingParty, browser: Browser, changes: dict[str, Any]
) -> None:
    """The client is told at the redirect_uri that stands beside the object."""
    if "sub" in changes:
        changes = {"sub": rp.client_id}

    arrival = await browser.open(rp.authorization_url(request=request_object(rp, **changes)))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request_object"
    assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)


@pytest.mark.parametrize("malformed", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_signed_jwt_is_refused(
    rp: RelyingParty, browser: Browser, malformed: str
) -> None:
    """Neither is it read as something else."""
    arrival = await browser.open(rp.authorization_url(request=malformed))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request_object"


async def test_unsigned_object_is_refused(rp: RelyingParty, browser: Browser) -> None:
    """`none` is not an algorithm (RFC 8725 §3.1), though OIDC Core §6.1 would allow it."""
    arrival = await browser.open(rp.authorization_url(request=unsigned(rp)))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request_object"


async def test_registered_algorithm_is_the_only_one(
    add_client: AddClient, alice: User, browser: Browser
) -> None:
    """A client that is registered for one is not believed by another."""
    rp = await add_client(jwks=JWKS, request_object_signing_alg="PS256")

    wrong = await browser.open(rp.authorization_url(request=request_object(rp, alg="RS256")))
    right = await answer(browser, url_with(rp, request=request_object(rp, alg="PS256")))

    assert isinstance(wrong, Arrival)
    assert wrong.params["error"] == "invalid_request_object"
    assert "code" in right


async def test_client_without_keys_is_told_so(add_client: AddClient, browser: Browser) -> None:
    """Nothing that it sends can be verified."""
    rp = await add_client()

    arrival = await browser.open(rp.authorization_url(request=request_object(rp)))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request_object"


@pytest.mark.parametrize("changes", [{"client_id": "another"}, {"response_type": "code id_token"}])
async def test_what_stands_in_both_places_is_the_same(
    rp: RelyingParty, browser: Browser, changes: dict[str, str]
) -> None:
    """client_id and response_type do not change by the object (OIDC Core §6.1)."""
    arrival = await browser.open(rp.authorization_url(request=request_object(rp, **changes)))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request"


async def test_value_and_reference_at_once_are_refused(rp: RelyingParty, browser: Browser) -> None:
    """Nobody could tell which is meant (RFC 9101 §5)."""
    both = {"request": request_object(rp), "request_uri": "https://rp.example/r"}

    arrival = await browser.open(rp.authorization_url(**both))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request"


async def test_client_is_told_where_its_object_says(rp: RelyingParty, browser: Browser) -> None:
    """A signed redirect_uri that is registered is trusted, whatever else does not hold."""
    expired = request_object(rp, exp=NOW - 60, redirect_uri="https://rp.example/other")

    arrival = await browser.open(url_with(rp, request=expired))

    assert isinstance(arrival, Arrival)
    assert arrival.url.startswith("https://rp.example/other?")
    assert arrival.params["error"] == "invalid_request_object"
    assert arrival.params["state"] == rp.state


@pytest.mark.parametrize(
    "changes",
    [{"key": OTHER_KEY}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": None}],
)
async def test_person_is_told_if_no_address_is_trusted(
    rp: RelyingParty, browser: Browser, changes: dict[str, Any]
) -> None:
    """An address that is not verified, not registered or not there is never redirected to."""
    page = await browser.open(url_with(rp, request=request_object(rp, **changes)))

    assert isinstance(page, Page)
    assert page.status == 400
    assert "error-page" in page


async def test_client_that_must_sign_is_refused_without(
    add_client: AddClient, alice: User, browser: Browser
) -> None:
    """require_signed_request_object (RFC 9101 §10.5), and its object is the whole request."""
    rp = await add_client(jwks=JWKS, require_signed_request_object=True)

    without = await browser.open(rp.authorization_url())
    signed = await answer(browser, url_with(rp, request=request_object(rp, typ="JWT")))

    assert isinstance(without, Arrival)
    assert without.params["error"] == "invalid_request"
    assert (without.params["state"], without.params["iss"]) == (rp.state, ISSUER)
    assert signed["state"] == rp.state


async def test_parameters_of_an_object_are_checked_as_any_others(
    rp: RelyingParty, browser: Browser
) -> None:
    """Signed is not the same as right."""
    for wrong, error in (
        ({"max_age": -1}, "invalid_request"),
        ({"scope": ["openid", "email"]}, "invalid_request"),
        ({"claims": {"id_token": 1}}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"login_hint": "x" * 2001}, "invalid_request"),
        ({"registration": json.dumps({})}, "registration_not_supported"),
    ):
        arrival = await browser.open(url_with(rp, request=request_object(rp, **wrong)))

        assert isinstance(arrival, Arrival)
        assert arrival.params["error"] == error
