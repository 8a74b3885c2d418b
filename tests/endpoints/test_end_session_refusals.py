"""Logout requests that lead nowhere: forged, changed, or from who is not trusted."""

from typing import Any

import pytest

from idp import clock as idp_clock
from idp.clients import registration
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, SignIn, Tokens
from tests.endpoints.test_end_session import BYE, NewBrowser, is_page, is_signed_in, logout_url
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that knows where people go after they have signed out."""
    return await add_client(post_logout_redirect_uris=[BYE])


async def test_wrong_request_is_a_page_and_ends_nothing(
    browser: Browser,
    rp: RelyingParty,
    add_client: AddClient,
    alice: User,
    tokens: Tokens,
    provider: Provider,
) -> None:
    """A bad hint, or a URI that is not this client's, leads nowhere (§4) and costs nothing."""
    other = await add_client(post_logout_redirect_uris=["https://other.example/bye"])
    issued = await tokens(rp)
    hint = issued["id_token"]
    claims = {"iss": ISSUER, "sub": alice.user_id, "aud": rp.client_id}

    def signed(**changes: Any) -> str:
        now = idp_clock.timestamp(idp_clock.now())
        unexpired = claims | {"iat": now, "exp": now + 600}
        return provider.signer.sign(unexpired | changes, typ="JWT", algorithm="RS256")

    wrong: dict[str, dict[str, str]] = {
        "access token": {"id_token_hint": issued["access_token"]},
        "gibberish": {"id_token_hint": "gibberish"},
        "tampered": {"id_token_hint": hint[:-4] + "AAAA"},
        "unsigned": {"id_token_hint": hint.rpartition(".")[0] + "."},
        "another issuer's": {"id_token_hint": signed(iss="https://other.example")},
        "for several": {"id_token_hint": signed(aud=[rp.client_id])},
        "another client's": {"id_token_hint": hint, "client_id": other.client_id},
        "unregistered URI": {"id_token_hint": hint, "post_logout_redirect_uri": f"{BYE}/"},
        "another client's URI": {
            "id_token_hint": hint,
            "post_logout_redirect_uri": "https://other.example/bye",
        },
        "URI of nobody": {"post_logout_redirect_uri": BYE},
        "URI of an unknown client": {"client_id": "nobody", "post_logout_redirect_uri": BYE},
        "quotes": {"id_token_hint": '"', "post_logout_redirect_uri": 'https://"'},
        "IPv6": {"id_token_hint": hint, "post_logout_redirect_uri": "https://[::1"},
    }
    shown = {name: await browser.open(logout_url(**sent)) for name, sent in wrong.items()}
    shown["repeated"] = await browser.open(f"/logout?id_token_hint={hint}&state=a&state=b")

    assert [name for name, page in shown.items() if not is_page(page, "error-page", 400)] == []
    assert await is_signed_in(browser, rp)
    right = logout_url(id_token_hint=hint, post_logout_redirect_uri=BYE)
    assert isinstance(await browser.open(right), Arrival)


async def test_confirmation_cannot_be_forged(
    browser: Browser, new_browser: NewBrowser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Only our own page in this browser can say yes."""
    await walk(rp)
    page = await browser.open("/logout")
    assert isinstance(page, Page)
    other = await new_browser().open("/login")
    assert isinstance(other, Page)
    right = page.forms[0].fields

    tries = [
        await browser.post("/logout", {"csrf": "guess"}),
        await browser.post("/logout", other.forms[0].fields),
        await browser.post("/logout", right, **{"sec-fetch-site": "cross-site"}),
    ]
    asked = await browser.post("/logout", {})

    assert all(is_page(each, "error-page", 403) for each in tries)
    assert is_page(asked, "logout-confirm-page")
    assert await is_signed_in(browser, rp)


async def test_confirmation_goes_only_where_the_client_is_registered(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """What stands in the form is validated again; the person is signed out in any case."""
    await walk(rp)
    page = await browser.open(logout_url(client_id=rp.client_id, post_logout_redirect_uri=BYE))
    assert isinstance(page, Page)

    changed = {"post_logout_redirect_uri": "https://evil.example/"}
    shown = await browser.submit(page, "logout-confirm", **changed)

    assert is_page(shown, "logged-out-page")
    assert not await is_signed_in(browser, rp)


async def test_client_that_is_removed_sends_nobody_anywhere(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens, provider: Provider
) -> None:
    """Its ID tokens still say who is meant, yet its addresses are not trusted any more."""
    id_token = (await tokens(rp))["id_token"]
    await provider.database.run(registration.remove, rp.client_id)

    to_bye = await browser.open(logout_url(id_token_hint=id_token, post_logout_redirect_uri=BYE))
    shown = await browser.open(logout_url(id_token_hint=id_token))

    assert is_page(to_bye, "error-page", 400)
    assert is_page(shown, "logged-out-page")
