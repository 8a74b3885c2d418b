"""RP-initiated logout: who may end a session without asking, and where it leads."""

from collections.abc import Callable

import httpx2
import pytest

from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, AddUser, Clock, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty

BYE = "https://rp.example/bye"
WITH_QUERY = "https://rp.example/bye?from=a%20b+c&flag"

NewBrowser = Callable[[], Browser]


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that knows where people go after they have signed out."""
    return await add_client(
        post_logout_redirect_uris=[BYE, WITH_QUERY], client_uri="https://rp.example"
    )


def logout_url(**parameters: str | None) -> str:
    """Make a logout request."""
    sent = {name: value for name, value in parameters.items() if value is not None}
    return f"/logout?{httpx2.QueryParams(sent)}"


async def is_signed_in(browser: Browser, rp: RelyingParty) -> bool:
    """Ask without pages whether the session lives."""
    shown = await browser.open(rp.authorization_url(prompt="none"))
    assert isinstance(shown, Arrival)
    return shown.params.get("error") != "login_required"


def is_page(shown: Page | Arrival, page_id: str, status: int = 200) -> bool:
    """Tell whether a page is shown."""
    return isinstance(shown, Page) and page_id in shown and shown.status == status


@pytest.mark.parametrize(
    ("uri", "state", "location"),
    [
        (BYE, None, BYE),
        (BYE, "a b&c=\u00e9", f"{BYE}?state=a%20b%26c%3D%C3%A9"),
        (WITH_QUERY, "s", f"{WITH_QUERY}&state=s"),
        (WITH_QUERY, None, WITH_QUERY),
    ],
)
async def test_hint_ends_the_session_at_once(
    browser: Browser,
    rp: RelyingParty,
    alice: User,
    tokens: Tokens,
    uri: str,
    state: str | None,
    location: str,
) -> None:
    """The client proves whom it means, so the person is not asked, and goes where it says."""
    id_token = (await tokens(rp))["id_token"]

    url = logout_url(id_token_hint=id_token, post_logout_redirect_uri=uri, state=state)
    shown = await browser.open(url)

    assert isinstance(shown, Arrival)
    assert shown.url == location
    assert not await is_signed_in(browser, rp)


async def test_hint_alone_ends_on_our_page(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Without a URI there is a page, with a way back to the client."""
    id_token = (await tokens(rp))["id_token"]

    shown = await browser.open(logout_url(id_token_hint=id_token))

    assert isinstance(shown, Page)
    assert is_page(shown, "logged-out-page")
    assert 'href="https://rp.example"' in shown.text
    assert not await is_signed_in(browser, rp)


async def test_hint_may_have_expired(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """An ID token lives an hour, a session longer (RP-Initiated Logout §2)."""
    id_token = (await tokens(rp))["id_token"]
    clock.move(7200)

    shown = await browser.open(logout_url(id_token_hint=id_token, post_logout_redirect_uri=BYE))

    assert isinstance(shown, Arrival)
    assert not await is_signed_in(browser, rp)


async def test_logout_is_true_on_the_server(
    browser: Browser, new_browser: NewBrowser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """A copy of the cookie is dead; grants end with the session unless they are offline ones."""
    online = await tokens(rp)
    offline = await tokens(rp, scope="openid offline_access", prompt="consent")
    thief = new_browser()
    thief.cookies.update(browser.cookies)
    assert await is_signed_in(thief, rp)

    await browser.open(logout_url(id_token_hint=online["id_token"]))

    assert not await is_signed_in(thief, rp)
    assert (await rp.userinfo(online["access_token"])).status_code == 401
    assert (await rp.userinfo(offline["access_token"])).status_code == 200
    assert (await rp.refresh(offline["refresh_token"])).status_code == 200


async def test_other_sessions_of_the_person_go_on(
    browser: Browser,
    new_browser: NewBrowser,
    rp: RelyingParty,
    alice: User,
    tokens: Tokens,
    walk: SignIn,
) -> None:
    """Signing out is about this browser."""
    id_token = (await tokens(rp))["id_token"]
    other = new_browser()
    await walk(rp, browser=other)

    await browser.open(logout_url(id_token_hint=id_token))

    assert await is_signed_in(other, rp)


async def test_without_a_hint_the_person_is_asked(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Nobody can sign people out by a link (§6); once they confirm, they go on to the client."""
    await walk(rp)

    url = logout_url(client_id=rp.client_id, post_logout_redirect_uri=WITH_QUERY, state="s t")
    page = await browser.open(url)
    assert isinstance(page, Page)
    assert is_page(page, "logout-confirm-page")
    assert await is_signed_in(browser, rp)
    shown = await browser.submit(page, "logout-confirm")

    assert isinstance(shown, Arrival)
    assert shown.url == f"{WITH_QUERY}&state=s%20t"
    assert not await is_signed_in(browser, rp)


async def test_anybody_may_open_the_page_by_hand(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Without parameters it asks, signs out, and says so; once more there is nothing to ask."""
    await walk(rp)

    page = await browser.open("/logout")
    assert isinstance(page, Page)
    shown = await browser.submit(page, "logout-confirm")
    again = await browser.open("/logout")

    assert is_page(page, "logout-confirm-page")
    assert is_page(shown, "logged-out-page")
    assert is_page(again, "logged-out-page")


async def test_hint_about_another_person_asks_who_is_signed_in(
    browser: Browser,
    new_browser: NewBrowser,
    rp: RelyingParty,
    add_user: AddUser,
    tokens: Tokens,
) -> None:
    """Bob's ID token does not sign Alice out; confirming leads back to the client all the same."""
    await add_user("alice")
    await add_user("bob")
    bobs = (await tokens(rp, username="bob", browser=new_browser()))["id_token"]
    login_page = await browser.open(rp.authorization_url(prompt="login"))
    assert isinstance(login_page, Page)
    await browser.sign_in(login_page, "alice", PASSWORD)

    page = await browser.open(logout_url(id_token_hint=bobs, post_logout_redirect_uri=BYE))
    assert isinstance(page, Page)
    assert is_page(page, "logout-confirm-page")
    assert await is_signed_in(browser, rp)
    shown = await browser.submit(page, "logout-confirm")

    assert isinstance(shown, Arrival)
    assert shown.url == BYE


async def test_request_may_come_as_a_form_of_another_site(
    browser: Browser, new_browser: NewBrowser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Its POST comes without cookies, so the browser is sent round once more and keeps its own."""
    id_token = (await tokens(rp))["id_token"]
    form = {"id_token_hint": id_token, "post_logout_redirect_uri": BYE, "state": "s&t"}

    posted = await new_browser().http.post("/logout", data=form)
    assert await is_signed_in(browser, rp)
    shown = await browser.open(posted.headers["location"])

    assert posted.status_code == 303
    assert "set-cookie" not in posted.headers
    assert isinstance(shown, Arrival)
    assert shown.url == f"{BYE}?state=s%26t"
    assert not await is_signed_in(browser, rp)


async def test_person_who_is_not_signed_in_goes_on(
    browser: Browser, new_browser: NewBrowser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """With a hint there is nothing to end and nothing to ask; without one nobody is sent away."""
    id_token = (await tokens(rp))["id_token"]
    visitor = new_browser()
    to_bye = {"client_id": rp.client_id, "post_logout_redirect_uri": BYE}

    proven = await visitor.open(logout_url(id_token_hint=id_token, **to_bye))
    unproven = await visitor.open(logout_url(**to_bye))

    assert isinstance(proven, Arrival)
    assert is_page(unproven, "logged-out-page")
    assert await is_signed_in(browser, rp)
