"""Forms that only our own pages can submit."""

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.oauth2.parameters import Parameters
from idp.secret import Secret
from idp.storage.login_sessions import list_login_sessions
from idp.storage.users import User, list_users
from idp.users.setup import make_setup_token
from idp.web import csrf
from idp.web.csrf import ForgedForm
from idp.web.headers import Headers
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from tests.conftest import PASSWORD, AddUser, Configure
from tests.parties.browser import Browser, Page
from tests.parties.relying_party import RelyingParty

ISSUER = "https://idp.example"
OURS = Secret("our-browser")
GOOD = csrf.token(OURS)
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register."""
    return configure(registration={"mode": "open", "verify_email": False})


def form(sent: str | None, *, is_new_browser: bool = False, **headers: str) -> HttpRequest:
    """Make a request with a form in it."""
    return HttpRequest(
        method="POST",
        url=ISSUER,
        headers=Headers(
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ),
        query=Parameters(),
        form=Parameters([] if sent is None else [("csrf", sent)]),
        session=None,
        known_browser=None if is_new_browser else OURS,
    )


@pytest.mark.parametrize(
    "http",
    [
        form(None),
        form(""),
        form("x"),
        form("é"),
        form(GOOD[:-1]),
        form(GOOD + "="),
        form(OURS.reveal()),
        form(csrf.token(Secret("another-browser"))),
        form(GOOD, is_new_browser=True),
        form(GOOD, sec_fetch_site="cross-site"),
        form(GOOD, sec_fetch_site="same-site"),
        form(GOOD, sec_fetch_site="nonsense"),
        form(GOOD, sec_fetch_site="cross-site", origin=ISSUER),
        form(GOOD, origin="https://evil.example"),
        form(GOOD, origin="http://idp.example"),
        form(GOOD, origin="https://idp.example.evil.example"),
        form(GOOD, origin="https://idp.example:8443"),
        form(GOOD, origin=""),
        form(None, origin="null"),
        form(None, sec_fetch_site="same-origin"),
    ],
)
def test_forged_forms_are_refused(http: HttpRequest) -> None:
    """A form needs our token for this browser, and must not say that it comes from elsewhere."""
    with pytest.raises(ForgedForm):
        csrf.check(http, ISSUER)


@pytest.mark.parametrize(
    "http",
    [
        form(GOOD),
        form(GOOD, sec_fetch_site="same-origin", origin="null"),
        form(GOOD, sec_fetch_site="none"),
        form(GOOD, origin="null"),
        form(GOOD, origin=ISSUER),
    ],
)
def test_forms_of_our_own_pages_are_taken(http: HttpRequest) -> None:
    """Old browsers and our own Referrer-Policy, which makes the origin null, are no obstacle."""
    csrf.check(http, ISSUER)


def test_the_origin_is_that_of_the_issuer_without_its_path() -> None:
    """A server below a path has the origin of its host."""
    csrf.check(form(GOOD, origin="https://idp.example"), "https://idp.example/tenant")


def test_the_token_does_not_give_the_cookie_away() -> None:
    """The token stands in a page, the cookie never does."""
    assert OURS.reveal() not in GOOD
    assert csrf.token(OURS) == GOOD


Post = Callable[..., Any]


async def test_no_form_works_without_its_token(
    browser: Browser, rp: RelyingParty, provider: Provider, alice: User
) -> None:
    """Each form that changes something refuses what another site could send, and works after."""
    setup = (await provider.database.run(make_setup_token)).reveal()
    for path in ("/login", "/register", f"/setup/{setup}"):
        shown = await browser.open(path)
        assert isinstance(shown, Page)
        typed = {"username": "alice", "password": PASSWORD, "email": "new@example.com"}
        if path != "/login":
            typed["username"] = path.split("/")[1]
        token = shown.forms[0].fields["csrf"]

        for forged, headers in (
            (typed, {}),
            (typed | {"csrf": "x"}, {}),
            (typed | {"csrf": token}, CROSS_SITE),
            (typed | {"csrf": token}, {"Origin": "https://evil.example"}),
        ):
            refused = await browser.post(path, forged, **headers)
            assert isinstance(refused, Page)
            assert refused.status == 403, path
            assert "error-page" in refused

    assert len(await provider.database.run(list_users)) == 1
    assert not await provider.database.run(partial(list_login_sessions, alice.user_id))
    signed_in = await browser.sign_in(await _login_page(browser), "alice", PASSWORD)
    assert "account-page" in signed_in


async def test_a_token_of_another_browser_is_refused(
    new_browser: Callable[[], Browser], alice: User
) -> None:
    """An attacker who has a token of their own cannot sign others in with it (login CSRF)."""
    mine, theirs = new_browser(), new_browser()
    token = (await _login_page(mine)).forms[0].fields["csrf"]
    await _login_page(theirs)

    refused = await theirs.post(
        "/login", {"username": "alice", "password": PASSWORD, "csrf": token}
    )

    assert isinstance(refused, Page)
    assert refused.status == 403
    assert "__Host-idp-session" not in theirs.cookies


async def test_a_browser_without_cookies_is_told(
    new_browser: Callable[[], Browser], alice: User
) -> None:
    """Who blocks cookies reads why it does not work, and is not sent in a circle."""
    browser = new_browser()
    page = await _login_page(browser)
    browser.cookies.clear()

    refused = await browser.sign_in(page, "alice", PASSWORD)

    assert isinstance(refused, Page)
    assert refused.status == 403
    assert "must accept cookies" in refused.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_get_and_head_change_nothing(
    method: str, browser: Browser, http: httpx2.AsyncClient, add_user: AddUser, provider: Provider
) -> None:
    """Even with everything right in it, a request to read does not sign in (GitHub, 2019)."""
    user = await add_user("alice")
    token = (await _login_page(browser)).forms[0].fields["csrf"]
    typed = {"username": "alice", "password": PASSWORD, "csrf": token}

    answers = [
        await browser.http.request(method, path, params=typed, data=typed)
        for path in ("/login", "/register", "/account/disconnect", "/account/sign-out", "/logout")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 405, 405, 200]
    assert not await provider.database.run(partial(list_login_sessions, user.user_id))
    assert len(await provider.database.run(list_users)) == 1


async def _login_page(browser: Browser) -> Page:
    page = await browser.open("/login")
    assert isinstance(page, Page)
    return page
