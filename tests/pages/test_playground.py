"""The playground, walked through as a person does: every button, and what may go wrong."""

import html
from urllib.parse import urlsplit

import httpx2
import pytest

from idp import demo
from idp.config import Config
from idp.pages.playground.run import Run
from idp.pages.playground.runs import LIMIT, Runs
from idp.secret import Secret
from idp.web.provider import Provider
from tests.conftest import ISSUER, Configure
from tests.pages.playing import alert, begin, field, heading, press, sign_in, verdicts
from tests.parties.browser import Browser, Page

HOME = f"{ISSUER}/playground"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the configuration of a server with the playground."""
    return configure(server={"dev": True})


@pytest.fixture
async def password(provider: Provider) -> str:
    """Prepare what `idp serve --dev` does; give the demo user's password."""
    made = await provider.database.run(demo.prepare, provider.hasher, provider.config)
    assert made.password is not None
    return made.password.reveal()


async def test_start_page_shows_the_metadata_and_what_can_be_asked(
    browser: Browser, password: str
) -> None:
    """The walk begins with the discovery document and a form of the parameters."""
    page = await browser.open("/playground")

    assert isinstance(page, Page)
    assert heading(page) == "Try this server"
    assert "GET /.well-known/openid-configuration HTTP/1.1" in page.text
    assert {"scope", "prompt", "response_mode", "login_hint", "max_age"} <= page.ids
    assert "fragment" not in page.text.split("<h2")[1]
    assert alert(page) == ""


async def test_start_page_says_if_its_client_is_missing(browser: Browser) -> None:
    """Where server.dev is set but the demo was never made, the page says what to do."""
    page = await browser.open("/playground")

    assert isinstance(page, Page)
    assert "idp serve --dev" in alert(page)


async def test_request_is_sent_with_pkce_state_and_nonce(browser: Browser, password: str) -> None:
    """The browser is sent to the authorization endpoint with what was typed, and with proofs."""
    page = await browser.open("/playground")
    assert isinstance(page, Page)
    form = {"csrf": page.forms[0].fields["csrf"], "scope": "openid", "login_hint": "demo"}

    response = await browser.http.post("/playground/authorize", data=form)

    assert response.status_code == 303
    sent = httpx2.URL(response.headers["location"]).params
    assert sent["client_id"] == "playground"
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == f"{HOME}/callback"
    assert sent["login_hint"] == "demo"
    assert {"state", "nonce", "code_challenge"} <= sent.keys()
    assert "prompt" not in sent


@pytest.mark.parametrize("response_mode", ["", "query", "form_post"])
async def test_answer_is_received_and_checked(
    browser: Browser, password: str, response_mode: str
) -> None:
    """A code comes back by either way, and state and iss are compared."""
    page = await sign_in(browser, password, response_mode=response_mode)
    if response_mode == "form_post":
        form = page.forms[0]
        arrived = await browser.post(urlsplit(form.action).path, form.fields)
        assert isinstance(arrived, Page)
        page = arrived

    assert heading(page) == "A code came back"
    assert [verdict for verdict, _ in verdicts(page)] == ["good", "good"]
    method = "POST" if response_mode == "form_post" else "GET"
    assert f"{method} /playground/callback" in page.text


async def test_code_is_exchanged_and_tokens_are_proven(browser: Browser, password: str) -> None:
    """The tokens are shown decoded, with each check and the same request as curl."""
    page = await sign_in(browser, password)

    page = await press(browser, page, "exchange")

    assert heading(page) == "The code is exchanged"
    checked = {text: verdict for verdict, text in verdicts(page)}
    assert set(checked.values()) == {"good"}
    for text in ("nonce", "at_hash", "aud", "ID token: iss", "ID token: sig", "Access token: sig"):
        assert any(text in each for each in checked), text
    assert "--data-urlencode grant_type=authorization_code" in page.text
    assert "at+jwt" in page.text


async def test_userinfo_refresh_and_introspection(browser: Browser, password: str) -> None:
    """What can be done with tokens is done, and every exchange stays on the page."""
    page = await press(browser, await sign_in(browser, password), "exchange")

    page = await press(browser, page, "userinfo")
    assert '"preferred_username": "demo"' in html.unescape(page.text)
    page = await press(browser, page, "refresh")
    assert heading(page) == "The tokens are refreshed"
    assert "wrong" not in {verdict for verdict, _ in verdicts(page)}
    page = await press(browser, page, "introspect")

    assert "-u demo-app:ITS_SECRET" in page.text
    for number in range(1, 8):
        assert f"exchange-{number}" in page.ids


async def test_revoked_tokens_are_refused_for_all_to_see(browser: Browser, password: str) -> None:
    """After a revocation the server's refusals are shown, not hidden."""
    page = await press(browser, await sign_in(browser, password), "exchange")

    page = await press(browser, page, "revoke")
    assert heading(page) == "The tokens are given back"
    refused = await press(browser, page, "userinfo")
    unrefreshed = await press(browser, page, "refresh")

    assert alert(refused).startswith("invalid_token: ")
    assert alert(unrefreshed).startswith("invalid_grant: ")


async def test_logging_out_leads_back_and_ends_the_session(browser: Browser, password: str) -> None:
    """The person is signed out by their ID token, and asked to sign in the next time."""
    page = await press(browser, await sign_in(browser, password), "exchange")

    page = await press(browser, page, "logout")

    assert heading(page) == "You are signed out"
    assert verdicts(page)[0] == ("good", "state is the one that was sent")
    assert "login-page" in await begin(browser)


async def test_denied_consent_is_shown_as_the_error_it_is(browser: Browser, password: str) -> None:
    """A person who says no sees what the client is told."""
    login = await begin(browser)
    consent = await browser.sign_in(login, "demo", password)
    assert isinstance(consent, Page)

    page = await browser.submit(consent, "consent-deny")

    assert isinstance(page, Page)
    assert alert(page) == "access_denied: The user did not allow it."
    assert "/playground/exchange" not in page.text


async def test_refused_request_is_shown_as_the_error_it_is(browser: Browser, password: str) -> None:
    """A bad parameter comes back as the server's own words."""
    page = await begin(browser, max_age="soon")

    assert heading(page) == "The request was refused"
    assert alert(page) == "invalid_request: The max_age must be a number of seconds."


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"state": "other"}, "state is the one that was sent"),
        ({"iss": "https://other.example"}, "iss is the issuer"),
    ],
)
async def test_stray_answer_is_thrown_away(
    browser: Browser, password: str, changes: dict[str, str], wrong: str
) -> None:
    """An answer to another request, or from another server, is shown but its code is not used."""
    await begin(browser)
    page = await browser.open("/playground/steps")
    assert isinstance(page, Page)
    answer = {"code": "made-up", "state": field(page, "state"), "iss": ISSUER} | changes

    page = await browser.open(f"/playground/callback?{httpx2.QueryParams(answer)}")

    assert isinstance(page, Page)
    assert "throw it away" in alert(page)
    assert ("wrong", wrong) in verdicts(page)
    assert "/playground/exchange" not in page.text


async def test_made_up_code_is_refused_by_the_server(browser: Browser, password: str) -> None:
    """The token endpoint's refusal is shown with its response."""
    await begin(browser)
    page = await browser.open("/playground/steps")
    assert isinstance(page, Page)
    answer = httpx2.QueryParams({"code": "made-up", "state": field(page, "state"), "iss": ISSUER})
    page = await browser.open(f"/playground/callback?{answer}")
    assert isinstance(page, Page)

    page = await press(browser, page, "exchange")

    assert alert(page) == "invalid_grant: The code is unknown, expired or not for this client."
    assert "HTTP/1.1 400 Bad Request" in page.text


async def test_stray_return_from_logging_out_is_noticed(browser: Browser, password: str) -> None:
    """A return that nobody asked for is told from the one that was."""
    page = await press(browser, await sign_in(browser, password), "exchange")
    csrf = page.forms[0].fields["csrf"]
    await browser.http.post("/playground/logout", data={"csrf": csrf})

    page_after = await browser.open("/playground?state=other")

    assert isinstance(page_after, Page)
    assert "throw it away" in alert(page_after)


@pytest.mark.parametrize(
    "action", ["exchange", "userinfo", "refresh", "introspect", "revoke", "logout", "restart"]
)
async def test_action_without_a_walk_leads_to_the_beginning(
    browser: Browser, password: str, action: str
) -> None:
    """Buttons of a page that was left open too long do no harm."""
    page = await browser.open("/playground")
    assert isinstance(page, Page)
    csrf = page.forms[0].fields["csrf"]

    shown = await browser.post(f"/playground/{action}", {"csrf": csrf})

    assert isinstance(shown, Page)
    assert heading(shown) == "Try this server"


@pytest.mark.parametrize("path", ["/playground/steps", "/playground/callback?code=c&state=s"])
async def test_page_without_a_walk_leads_to_the_beginning(
    browser: Browser, password: str, path: str
) -> None:
    """Another browser's answer is not received."""
    page = await browser.open(path)

    assert isinstance(page, Page)
    assert heading(page) == "Try this server"


@pytest.mark.parametrize("action", ["authorize", "exchange", "revoke", "logout"])
async def test_forged_form_does_nothing(browser: Browser, password: str, action: str) -> None:
    """Actions need the token of a page that this browser was shown."""
    await browser.open("/playground")

    page = await browser.post(f"/playground/{action}", {"csrf": "forged"})

    assert isinstance(page, Page)
    assert page.status == 403


def test_walks_of_many_browsers_are_bounded() -> None:
    """The oldest walk goes when there are too many."""
    runs, browsers = Runs(), [Secret.generate() for _ in range(LIMIT + 1)]

    for browser in browsers:
        runs.keep(browser, Run({}, HOME, {}))

    assert runs.find(browsers[0]) is None
    assert runs.find(browsers[1]) is not None
    assert runs.find(browsers[-1]) is not None
