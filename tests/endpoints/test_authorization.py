"""The authorization endpoint, as clients and browsers meet it."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urldefrag, urlsplit

import httpx2
import pytest
from sqlalchemy import func, select

from idp import clock
from idp.storage.database import db
from idp.storage.interactions import interactions
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

FIELDS = {"csrf", "account", "username", "password", "credential", "duration"}

STATES = (
    "",
    "s" * 2000,
    "a b+c%20d",
    "&code=stolen#fragment",
    "\"'<>\\`",
    "%00",
    "\u00e9\u4e16\U0001f600",
    "a\r\nSet-Cookie: a=b",
    '{"return_to": "/"}',
)


async def count_waiting(provider: Provider) -> int:
    """Count the requests that wait for their user."""
    is_waiting = interactions.c.expires_at > clock.now()
    count = select(func.count()).select_from(interactions).where(is_waiting)
    waiting: int = await provider.database.run(lambda: db().execute(count).scalar_one())
    return waiting


def read(shown: Page | Arrival) -> tuple[str, dict[str, str]]:
    """Give where an answer goes and what it carries, in whatever response mode."""
    if isinstance(shown, Page):
        assert "form-post-page" in shown
        (form,) = shown.forms
        return form.action, form.fields
    url, fragment = urldefrag(shown.url)
    if fragment:
        return url, dict(parse_qsl(fragment, keep_blank_values=True))
    return url.partition("?")[0], shown.params


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
async def test_error_arrives_with_what_it_must_have(
    browser: Browser, rp: RelyingParty, mode: str
) -> None:
    """Error, text, state and issuer arrive in the mode asked for, and nothing more does."""
    url = rp.authorization_url(response_mode=mode, scope="nothing:registered")

    address, params = read(await browser.open(url))

    assert address == REDIRECT_URI
    assert params == {
        "error": "invalid_scope",
        "error_description": "The client is not registered for any scope of this request.",
        "state": rp.state,
        "iss": ISSUER,
    }


async def test_error_about_the_mode_arrives_in_the_query(
    browser: Browser, rp: RelyingParty
) -> None:
    """A mode that is not known cannot carry the news."""
    shown = await browser.open(rp.authorization_url(response_mode="pigeon.jwt"))

    assert isinstance(shown, Arrival)
    assert shown.params["error"] == "invalid_request"
    assert "#" not in shown.url


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
async def test_state_comes_back_unchanged(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn, mode: str
) -> None:
    """With a code as with an error, every byte of the state is the client's own."""
    await walk(rp)

    for state in STATES:
        url = rp.authorization_url(response_mode=mode, state=state)
        _, granted = read(await browser.open(url))
        _, refused = read(await browser.open(f"{url}&max_age=soon"))

        assert granted.keys() == {"code", "state", "iss"}
        assert granted["state"] == state
        assert refused["error"] == "invalid_request"
        assert refused["state"] == state


async def test_without_state_none_comes_back(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """What was not sent is not answered."""
    arrival = await walk(rp, state=None)

    assert arrival.params.keys() == {"code", "iss"}


async def test_registered_query_is_kept(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """The redirect URI is used letter for letter, its query included."""
    uri = "https://rp.example/cb?tenant=a%20b+c&flag"
    rp = await add_client(redirect_uris=[uri])
    rp.redirect_uri = uri

    arrival = await walk(rp)

    assert arrival.url.startswith(f"{uri}&code=")
    assert (await rp.exchange(arrival.params["code"])).status_code == 200


async def test_only_redirect_uri_may_be_left_out_without_openid(
    add_client: AddClient, alice: User, walk: SignIn
) -> None:
    """RFC 6749 §3.1.2.3 lets it, and then the token request leaves it out as well."""
    rp = await add_client()

    arrival = await walk(rp, redirect_uri=None, scope="profile")
    response = await rp.exchange(arrival.params["code"], redirect_uri=None)

    assert arrival.url.startswith(REDIRECT_URI)
    assert response.status_code == 200


async def test_port_of_a_loopback_redirect_uri_is_free(
    browser: Browser, add_client: AddClient
) -> None:
    """A native app learns its port when it starts (RFC 8252 §7.3); nothing else may differ."""
    rp = await add_client(redirect_uris=["http://127.0.0.1/cb"], application_type="native")
    opened = {}

    for uri in (
        "http://127.0.0.1:49152/cb",
        "http://127.0.0.1:49152/other",
        "http://127.0.0.1:49152@evil.example/cb",
        "http://localhost:49152/cb",
        "https://127.0.0.1:49152/cb",
    ):
        opened[uri] = await browser.open(rp.authorization_url(redirect_uri=uri, prompt="none"))

    arrived = {uri: shown.url for uri, shown in opened.items() if isinstance(shown, Arrival)}
    assert arrived.keys() == {"http://127.0.0.1:49152/cb"}
    assert arrived.popitem()[1].startswith("http://127.0.0.1:49152/cb?error=login_required")


async def test_request_may_come_as_a_form_of_another_site(
    browser: Browser,
    new_browser: Callable[[], Browser],
    rp: RelyingParty,
    alice: User,
    walk: SignIn,
) -> None:
    """Its POST comes without cookies, so the browser is sent round once more and keeps its own."""
    await walk(rp)
    form = dict(parse_qsl(urlsplit(rp.authorization_url(state="s&t \u00e9")).query))

    posted = await new_browser().http.post("/authorize", data=form)
    arrival = await browser.open(posted.headers["location"])

    assert posted.status_code == 303
    assert "set-cookie" not in posted.headers
    assert isinstance(arrival, Arrival)
    assert arrival.params["state"] == "s&t \u00e9"
    assert (await rp.exchange(arrival.params["code"])).status_code == 200


async def test_no_other_site_may_read_the_answer(
    http: httpx2.AsyncClient, rp: RelyingParty
) -> None:
    """No CORS here (RFC 9700 §2.6), nothing is kept, and no address leaks in a Referer."""
    headers = {"Origin": "https://rp.example"}

    response = await http.get(rp.authorization_url(), headers=headers)

    assert response.status_code == 303
    assert not [name for name in response.headers if name.startswith("access-control-")]
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"


async def test_browser_carries_nothing_of_the_request(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """Pages have an opaque id in their address, and no parameter in their forms (CWE-472)."""
    sent = {rp.client_id, rp.redirect_uri, rp.scope, rp.state, rp.nonce, rp.code_challenge}

    login_page = await browser.open(rp.authorization_url(login_hint="alice"))
    assert isinstance(login_page, Page)
    consent_page = await browser.sign_in(login_page, "alice", "correct horse battery staple")
    assert isinstance(consent_page, Page)

    for page in (login_page, consent_page):
        (form,) = page.forms
        assert form.fields.keys() <= FIELDS
        assert not sent & set(form.fields.values())
        assert "?" not in page.url


async def test_nothing_is_left_once_the_client_is_answered(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn, provider: Provider
) -> None:
    """A request is stored while its user is busy, and not a moment longer."""
    await browser.open(rp.authorization_url(prompt="none"))
    assert await count_waiting(provider) == 0

    login_page = await browser.open(rp.authorization_url())
    assert await count_waiting(provider) == 1
    assert isinstance(login_page, Page)
    await browser.submit(login_page, "login-cancel")
    assert await count_waiting(provider) == 0

    await walk(rp)
    assert await count_waiting(provider) == 0

    await browser.open(rp.authorization_url())
    assert await count_waiting(provider) == 0
