"""A person's picture: given, shown to clients and on the page, replaced, taken away."""

from typing import Any

import httpx2
import pytest

from idp.storage.users import User
from idp.users.accounts import set_claims
from idp.web.provider import Provider
from tests.conftest import AddUser, Tokens
from tests.pages.account_page import open_account, press
from tests.parties.browser import Browser
from tests.parties.pictures import SECRET, exif, gif, jpeg, png
from tests.parties.relying_party import RelyingParty


async def give(browser: Browser, body: bytes, name: str = "me.png") -> httpx2.Response:
    """Choose a file, and press the button."""
    page = await open_account(browser, path="profile")
    form = {"csrf": page.forms[0].fields["csrf"]}
    return await browser.http.post(
        "/account/picture", data=form, files={"picture": (name, body, "text/html")}
    )


async def claim(rp: RelyingParty, tokens: Tokens) -> Any:
    """Ask for the picture as a client does."""
    theirs = await tokens(rp, scope="openid profile")
    return (await rp.userinfo(theirs["access_token"])).json().get("picture")


async def test_a_picture_is_a_claim(
    browser: Browser, http: httpx2.AsyncClient, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Whoever is told the address may look, and sees no more than the picture."""
    given = await give(browser, jpeg(exif(1)))

    address = await claim(rp, tokens)
    shown = await http.get(address)
    assert (given.status_code, given.headers["Location"]) == (303, "/account/profile")
    assert address.startswith(f"{browser.issuer}/pictures/")
    assert len(address.rpartition("/")[2]) >= 22
    assert shown.status_code == 200
    assert shown.content == jpeg()
    assert SECRET not in shown.content


async def test_a_picture_is_sent_so_that_it_is_nothing_else(
    browser: Browser, http: httpx2.AsyncClient, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Its type is that of its bytes, browsers guess no other, and scripts in it do not run."""
    await give(browser, gif(), "page.html")

    shown = await http.get(await claim(rp, tokens))

    assert shown.headers["content-type"] == "image/gif"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert shown.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in shown.headers


async def test_the_page_shows_the_picture(browser: Browser, alice: User) -> None:
    """It stands where the letter stood."""
    await open_account(browser)
    await give(browser, png())

    page = await open_account(browser)

    assert '<img class="face" src="/pictures/' in page.text


async def test_another_picture_has_another_address(
    browser: Browser, http: httpx2.AsyncClient, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """Who was told the first one learns nothing of the second."""
    await give(browser, png())
    first = await claim(rp, tokens)
    await give(browser, gif())

    second = await claim(rp, tokens)

    assert (await http.get(first)).status_code == 404
    assert (await http.get(second)).content == gif()


async def test_a_picture_is_taken_away(
    browser: Browser, http: httpx2.AsyncClient, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """It is gone from its address and from what clients are told."""
    await give(browser, png())
    address = await claim(rp, tokens)
    page = await open_account(browser, path="profile")

    response = await press(browser, page, "picture/remove")

    assert response.status_code == 303
    assert await claim(rp, tokens) is None
    assert (await http.get(address)).status_code == 404


@pytest.mark.parametrize("is_named", [True, False])
async def test_a_picture_that_an_operator_leaves_out_is_gone(
    browser: Browser,
    http: httpx2.AsyncClient,
    rp: RelyingParty,
    alice: User,
    tokens: Tokens,
    provider: Provider,
    is_named: bool,
) -> None:
    """What is known of a person no more is not shown at its address either."""
    await give(browser, png())
    address = await claim(rp, tokens)

    claims = {"picture": address} if is_named else {"nickname": "Al"}
    await provider.database.run(set_claims, alice, claims)

    assert (await http.get(address)).status_code == (200 if is_named else 404)


async def test_a_picture_from_elsewhere_is_not_loaded(
    browser: Browser, add_user: AddUser, rp: RelyingParty, tokens: Tokens
) -> None:
    """An operator may name any address; our pages ask no other server, and it can be removed."""
    await add_user("alice", claims={"picture": "https://elsewhere.example/me.png"})
    page = await open_account(browser, path="profile")
    before = await claim(rp, tokens)

    await press(browser, page, "picture/remove")

    assert before == "https://elsewhere.example/me.png"
    assert "elsewhere.example" not in page.text.replace('value="https://elsewhere', "")
    assert await claim(rp, tokens) is None


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"x" * 1000, png()[:-5]])
async def test_what_is_no_picture_changes_nothing(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens, body: bytes
) -> None:
    """The page says so at the field, and the one that was there stays."""
    await give(browser, png())
    before = await claim(rp, tokens)

    response = await give(browser, body)

    assert response.status_code == 422
    assert 'id="picture-error"' in response.text
    assert await claim(rp, tokens) == before


async def test_nobody_gives_a_picture_to_somebody_else(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """A form without the token, or without a session, changes nothing."""
    page = await open_account(browser, path="profile")
    form = {"csrf": page.forms[0].fields["csrf"]}
    files = {"picture": ("me.png", png(), "image/png")}

    forged = await browser.http.post("/account/picture", data={"csrf": "x"}, files=files)
    session = browser.cookies["__Host-idp-session"]
    browser.cookies.delete("__Host-idp-session")
    signed_out = await browser.http.post("/account/picture", data=form, files=files)

    browser.cookies.set("__Host-idp-session", session)
    assert forged.status_code == 403
    assert signed_out.headers["Location"] == "/login"
    assert await claim(rp, tokens) is None
