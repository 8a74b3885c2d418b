"""Resources in the authorization request, and what people are asked (RFC 8707 §2, §2.1)."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import ISSUER, PASSWORD, AddClient, Configure, Logged, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.request_objects import JWKS, request_object

NOTES, MAIL = "https://notes.example", "https://mail.example/v1"
SCOPE = "openid notes.read notes.write offline_access"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare two APIs, and let tokens travel by way of the browser."""
    return configure(
        resources={
            NOTES: {"name": "Example Notes", "scopes": ["notes.read"]},
            MAIL: {"name": "Example Mail"},
        },
        protocol={"implicit": True},
    )


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that may ask for more than the standard scopes."""
    return await add_client(scope=SCOPE)


async def shown(browser: Browser, rp: RelyingParty, **changes: Any) -> Page | Arrival:
    """Open a request, signing in if necessary."""
    page = await browser.open(rp.authorization_url(**{"scope": SCOPE} | changes))
    if isinstance(page, Page) and "login-page" in page:
        page = await browser.sign_in(page, "alice", PASSWORD)
    return page


@pytest.mark.parametrize(
    ("resource", "audience"),
    [
        (NOTES, NOTES),
        (f"{NOTES}/", NOTES),
        ([NOTES, NOTES], NOTES),
        (MAIL, MAIL),
        ([NOTES, MAIL], [MAIL, NOTES]),
        (ISSUER, ISSUER),
        ("", ISSUER),
        (None, ISSUER),
    ],
)
async def test_2_audience_of_the_token(
    rp: RelyingParty, alice: User, tokens: Tokens, resource: Any, audience: Any
) -> None:
    """The token is for what was named; several are a list, and a slash alone is no other name."""
    issued = await tokens(rp, scope=SCOPE, resource=resource)

    assert unverified_claims(issued["access_token"])["aud"] == audience


@pytest.mark.parametrize(
    ("resource", "description"),
    [
        ("https://unknown.example", "A resource is not known here, or not for this client."),
        ([NOTES, "https://unknown.example"], "A resource is not known here, or not for this"),
        (f"{MAIL}/", "A resource is not known here, or not for this client."),
        (NOTES.upper(), "A resource is not known here, or not for this client."),
        (f"{NOTES}#part", "Each resource must be an absolute URI without a fragment."),
        ("notes.example", "Each resource must be an absolute URI without a fragment."),
        ("/notes", "Each resource must be an absolute URI without a fragment."),
        (f"{NOTES}/\u00e9", "Each resource must be an absolute URI without a fragment."),
        ("https://[::1", "Each resource must be an absolute URI without a fragment."),
    ],
)
async def test_2_what_is_unknown_or_malformed_is_refused(
    rp: RelyingParty, browser: Browser, resource: Any, description: str
) -> None:
    """invalid_target, before anybody signs in."""
    arrival = await browser.open(rp.authorization_url(resource=resource))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_target"
    assert description in arrival.params["error_description"]


async def test_2_a_client_may_be_kept_to_its_own_resources(
    add_client: AddClient, browser: Browser, alice: User
) -> None:
    """One that is registered with a list may name these, and no other."""
    rp = await add_client(scope=SCOPE, resources=[NOTES])

    allowed = await shown(browser, rp, resource=NOTES)
    refused = await shown(browser, rp, resource=MAIL)

    assert isinstance(allowed, Page)
    assert isinstance(refused, Arrival)
    assert refused.params["error"] == "invalid_target"


async def test_2_1_people_are_asked_for_each_api_by_its_name(
    rp: RelyingParty, browser: Browser, alice: User
) -> None:
    """What was allowed for one is not allowed for another, and is remembered."""
    first = await shown(browser, rp, resource=NOTES)
    assert isinstance(first, Page)
    await browser.submit(first, "consent-allow")

    second = await shown(browser, rp, resource=[NOTES, MAIL])
    assert isinstance(second, Page)
    await browser.submit(second, "consent-allow")
    third = await shown(browser, rp, resource=MAIL)

    assert "<bdi>Example Notes</bdi>" in first.text
    assert f"<bdi>{NOTES}</bdi>" in first.text
    assert "Example Mail" not in first.text
    new, known = second.text.split('id="consent-allowed"')
    assert "<bdi>Example Mail</bdi>" in new
    assert "Example Notes" not in new
    assert "<bdi>Example Notes</bdi>" in known
    assert isinstance(third, Arrival)
    assert "code" in third.params


async def test_2_1_nobody_is_asked_for_this_server_itself(
    rp: RelyingParty, browser: Browser, walk: SignIn, alice: User
) -> None:
    """Who names the issuer asks for what everybody gets."""
    await walk(rp, scope=SCOPE)

    again = await shown(browser, rp, resource=ISSUER)

    assert isinstance(again, Arrival)
    assert "code" in again.params


async def test_2_1_without_a_page_a_new_api_needs_consent(
    rp: RelyingParty, browser: Browser, walk: SignIn, alice: User
) -> None:
    """prompt=none is told so."""
    await walk(rp, scope=SCOPE)

    arrival = await shown(browser, rp, resource=NOTES, prompt="none")

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "consent_required"


async def test_2_1_what_was_denied_is_not_remembered(
    rp: RelyingParty, browser: Browser, alice: User
) -> None:
    """The next request is asked again."""
    page = await shown(browser, rp, resource=NOTES)
    assert isinstance(page, Page)

    refused = await browser.submit(page, "consent-deny")
    again = await shown(browser, rp, resource=NOTES)

    assert isinstance(refused, Arrival)
    assert refused.params["error"] == "access_denied"
    assert isinstance(again, Page)


async def test_2_1_what_was_allowed_is_written_down(
    rp: RelyingParty, walk: SignIn, alice: User, logged: Logged
) -> None:
    """The security event says for which APIs."""
    await walk(rp, scope=SCOPE, resource=[NOTES, MAIL, ISSUER])

    (line,) = [each for each in logged() if each["event"] == "consent_granted"]
    assert line["detail_resource"] == f"{MAIL} {NOTES}"


async def test_2_1_tokens_by_browser(add_client: AddClient, alice: User, walk: SignIn) -> None:
    """A token that comes at once is for what the request named (RFC 8707 §2.1)."""
    rp = await add_client(
        scope=SCOPE,
        response_types=["id_token token"],
        grant_types=["implicit"],
    )

    answer = await walk(rp, response_type="id_token token", scope=SCOPE, resource=NOTES)

    claims = unverified_claims(answer.params["access_token"])
    assert (claims["aud"], claims["scope"]) == (NOTES, "notes.read")
    assert answer.params["scope"] == "notes.read"


async def test_2_1_pushed(rp: RelyingParty, browser: Browser, alice: User) -> None:
    """A request that is pushed names them, too, and is refused at once (RFC 9126 §2.3)."""
    asked = dict(parse_qsl(urlsplit(rp.authorization_url(scope=SCOPE)).query))

    refused = await rp.post("/par", **asked, resource="https://unknown.example")
    pushed = (await rp.post("/par", **asked, resource=[NOTES, MAIL])).json()
    query = {"client_id": rp.client_id, "request_uri": pushed["request_uri"]}
    login = await browser.open(f"/authorize?{urlencode(query)}")
    assert isinstance(login, Page)
    page = await browser.sign_in(login, "alice", PASSWORD)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target")
    assert isinstance(page, Page)
    assert "<bdi>Example Notes</bdi>" in page.text
    assert "<bdi>Example Mail</bdi>" in page.text


async def test_2_1_in_a_request_object(add_client: AddClient, alice: User, walk: SignIn) -> None:
    """There, several are a list (RFC 9101 §4)."""
    rp = await add_client(scope=SCOPE, jwks=JWKS)
    signed = request_object(rp, aud=ISSUER, scope=SCOPE, resource=[NOTES, MAIL])

    arrival = await walk(rp, request=signed, scope=SCOPE)
    issued = (await rp.exchange(arrival.params["code"])).json()

    assert unverified_claims(issued["access_token"])["aud"] == [MAIL, NOTES]
