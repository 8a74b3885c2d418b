"""OpenID Connect Front-Channel Logout 1.0: clients end their sessions in frames of our page."""

import html
import re
from collections.abc import Callable

import pytest

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, SignIn, Tokens
from tests.endpoints.test_end_session import BYE, is_signed_in, logout_url
from tests.pages.account_page import open_account
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty, unverified_claims

FRAME = "https://rp.example/frame"
ENCODED_ISSUER = "https%3A%2F%2Fidp.example"

NewBrowser = Callable[[], Browser]


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that wants to end its session in a frame."""
    return await add_client(frontchannel_logout_uri=FRAME, post_logout_redirect_uris=[BYE])


def frames_of(page: Page | Arrival) -> list[str]:
    """List the addresses of a page's frames."""
    assert isinstance(page, Page)
    return [html.unescape(src) for src in re.findall(r'<iframe src="([^"]*)"', page.text)]


def policy_of(page: Page | Arrival) -> dict[str, str]:
    """Read the policy of a page."""
    assert isinstance(page, Page)
    directives = page.headers["content-security-policy"].split("; ")
    return dict(each.partition(" ")[::2] for each in directives)


async def test_3_frame_with_issuer_and_session(
    rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """The page loads the client's address with iss and the sid of the ID token, and goes on."""
    id_token = (await tokens(rp))["id_token"]

    shown = await browser.open(
        logout_url(id_token_hint=id_token, post_logout_redirect_uri=BYE, state="a&b")
    )

    assert isinstance(shown, Page)
    assert "logged-out-page" in shown
    assert frames_of(shown) == [
        f"{FRAME}?iss={ENCODED_ISSUER}&sid={unverified_claims(id_token)['sid']}"
    ]
    assert f'http-equiv="refresh" content="1;url={BYE}?state=a%26b"' in shown.text
    assert f'id="logout-continue" href="{BYE}?state=a%26b"' in shown.text
    assert not await is_signed_in(browser, rp)


async def test_3_registered_query_is_kept(
    add_client: AddClient, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """The parameters are added to those that the client registered."""
    rp = await add_client(frontchannel_logout_uri=f"{FRAME}?tenant=a%20b")
    id_token = (await tokens(rp))["id_token"]

    shown = await browser.open(logout_url(id_token_hint=id_token))

    sid = unverified_claims(id_token)["sid"]
    assert frames_of(shown) == [f"{FRAME}?tenant=a%20b&iss={ENCODED_ISSUER}&sid={sid}"]


async def test_3_every_client_of_the_session_and_the_policy_names_them_alone(
    add_client: AddClient,
    rp: RelyingParty,
    browser: Browser,
    new_browser: NewBrowser,
    alice: User,
    tokens: Tokens,
    walk: SignIn,
) -> None:
    """Neither clients of other sessions nor those that did not register are loaded."""
    other = "https://Other.example:8443"
    second = await add_client(
        redirect_uris=["https://rp.example/callback", f"{other}/callback"],
        frontchannel_logout_uri=f"{other}/frame",
    )
    await add_client()
    unused = await add_client(
        redirect_uris=["https://rp.example/callback", "https://unused.example/"],
        frontchannel_logout_uri="https://unused.example/frame",
    )
    for each in (rp, second, second):
        id_token = (await tokens(each))["id_token"]
    await walk(unused, browser=new_browser())

    shown = await browser.open(logout_url(id_token_hint=id_token))

    assert sorted(frame.partition("?")[0] for frame in frames_of(shown)) == [
        f"{other}/frame",
        FRAME,
    ]
    assert policy_of(shown)["frame-src"] == "https://other.example:8443 https://rp.example"
    assert policy_of(shown)["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("way", ["confirmed", "from the account page"])
async def test_every_way_to_sign_out_in_the_browser_loads_the_frames(
    rp: RelyingParty, browser: Browser, alice: User, walk: SignIn, way: str
) -> None:
    """Whether a client, the person or nobody in particular asked for it."""
    await walk(rp)

    if way == "confirmed":
        page = await browser.open(logout_url(client_id=rp.client_id, post_logout_redirect_uri=BYE))
        assert isinstance(page, Page)
        assert frames_of(page) == []
        shown = await browser.submit(page, "logout-confirm")
    else:
        shown = await browser.submit(await open_account(browser), "logout")

    assert len(frames_of(shown)) == 1
    assert isinstance(shown, Page)
    assert ("logout-continue" in shown) is (way == "confirmed")


async def test_nothing_is_loaded_where_nothing_has_ended(
    rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """Once more there is no session, so the redirect comes at once and the page has no frames."""
    id_token = (await tokens(rp))["id_token"]
    await browser.open(logout_url(id_token_hint=id_token))

    shown = await browser.open(logout_url(id_token_hint=id_token))
    arrival = await browser.open(logout_url(id_token_hint=id_token, post_logout_redirect_uri=BYE))

    assert frames_of(shown) == []
    assert "frame-src" not in policy_of(shown)
    assert "script-src" not in policy_of(shown)
    assert isinstance(arrival, Arrival)


async def test_client_that_is_disabled_is_not_loaded(
    rp: RelyingParty,
    add_client: AddClient,
    provider: Provider,
    browser: Browser,
    alice: User,
    tokens: Tokens,
) -> None:
    """Its page has nothing to do with ours any more."""
    id_token = (await tokens(await add_client()))["id_token"]
    await tokens(rp)
    await Operator(provider).disable_client(rp)

    shown = await browser.open(logout_url(id_token_hint=id_token))

    assert frames_of(shown) == []


async def test_3_metadata(rp: RelyingParty) -> None:
    """Both are always on."""
    metadata = (await rp.http.get("/.well-known/openid-configuration")).json()

    assert metadata["issuer"] == ISSUER
    assert metadata["frontchannel_logout_supported"] is True
    assert metadata["frontchannel_logout_session_supported"] is True
