"""Signing in to an app: with scripts, without, by keyboard, and not at all."""

import pytest
from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import OpenPage, arrive, sign_in
from tests.conftest import PASSWORD
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.server import Server


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_sign_in(
    open_page: OpenPage,
    notes: RelyingParty,
    person: User,
    callback: Callback,
    server: Server,
    scripts: bool,
) -> None:
    """A person signs in and allows the app, which gets a code that is good."""
    page = await open_page(scripts=scripts)

    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await page.click("#consent-allow")
    arrived = await arrive(page, callback)

    assert arrived["state"] == notes.state
    assert arrived["iss"] == server.issuer
    tokens = (await notes.exchange(arrived["code"])).json()
    userinfo = await notes.userinfo(tokens["access_token"])
    assert userinfo.json()["sub"] == person.user_id


async def test_form_post(page: Page, notes: RelyingParty, person: User, callback: Callback) -> None:
    """With `response_mode=form_post` the response sends itself."""
    await page.goto(notes.authorization_url(response_mode="form_post"))
    await sign_in(page, person)
    await page.click("#consent-allow")
    arrived = await arrive(page, callback)

    assert arrived["state"] == notes.state
    assert (await notes.exchange(arrived["code"])).status_code == 200
    assert "code" not in page.url


async def test_form_post_of_a_signed_response(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """With `response_mode=form_post.jwt` it sends itself as well, and nothing stands beside it."""
    await page.goto(notes.authorization_url(response_mode="form_post.jwt"))
    await sign_in(page, person)
    await page.click("#consent-allow")
    arrived = await arrive(page, callback)

    assert arrived.keys() == {"response"}
    code = unverified_claims(arrived["response"])["code"]
    assert (await notes.exchange(code)).status_code == 200


async def test_form_post_without_scripts(
    open_page: OpenPage, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """Where scripts do not run, a person sends the response with a button."""
    page = await open_page(scripts=False)

    await page.goto(notes.authorization_url(response_mode="form_post"))
    await sign_in(page, person)
    await page.click("#consent-allow")
    await page.click("#form-post-page button")
    arrived = await arrive(page, callback)

    assert (await notes.exchange(arrived["code"])).status_code == 200


async def test_keyboard(page: Page, notes: RelyingParty, person: User, callback: Callback) -> None:
    """Nobody needs a mouse: the first field has the focus, Tab leads on, Enter sends."""
    await page.goto(notes.authorization_url())
    await expect(page.locator("#username")).to_be_focused()
    await page.keyboard.type(person.username)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("#consent-page")).to_be_visible()

    passed = []
    while "consent-allow" not in passed and len(passed) < 10:
        await page.keyboard.press("Tab")
        passed.append(await page.evaluate("document.activeElement.id"))
    await page.keyboard.press("Enter")

    assert passed[-2:] == ["consent-deny", "consent-allow"]
    assert "code" in await arrive(page, callback)


async def test_wrong_password(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """A wrong password is said, the name stays, and the focus is where to type next."""
    await page.goto(notes.authorization_url())
    await sign_in(page, person, "wrong")

    await expect(page.get_by_role("alert")).to_contain_text("do not go together")
    await expect(page).to_have_title("Error: Sign in · idp")
    await expect(page.locator("#username")).to_have_value(person.username)
    await expect(page.locator("#password")).to_be_focused()
    await expect(page.locator("#password")).to_have_accessible_description(
        "That user name and password do not go together. Check both and try again."
    )
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.click("#consent-allow")
    assert "code" in await arrive(page, callback)


async def test_cancel(page: Page, notes: RelyingParty, callback: Callback) -> None:
    """Cancel on the login page leads back to the app, which hears no; no field needs filling."""
    await page.goto(notes.authorization_url())
    await page.click("#login-cancel")

    arrived = await arrive(page, callback)
    assert arrived["error"] == "access_denied"
    assert arrived["state"] == notes.state


async def test_deny(page: Page, notes: RelyingParty, person: User, callback: Callback) -> None:
    """Cancel on the consent page leads back to the app, which hears no."""
    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await page.click("#consent-deny")

    arrived = await arrive(page, callback)
    assert arrived["error"] == "access_denied"
    assert arrived["state"] == notes.state


async def test_remembered_consent(
    page: Page, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """The next time no page is shown at all."""
    await page.goto(notes.authorization_url())
    await sign_in(page, person)
    await page.click("#consent-allow")
    first = await arrive(page, callback)

    shown: list[str] = []
    page.on("load", lambda loaded: shown.append(loaded.url))
    await page.goto(notes.authorization_url(state="again"))

    second = callback.arrivals[-1]
    assert second["state"] == "again"
    assert second["code"] != first["code"]
    assert [url for url in shown if not url.startswith(callback.origin)] == []


async def test_switch_account(
    page: Page, notes: RelyingParty, person: User, callback: Callback, server: Server
) -> None:
    """Whoever is signed in can let another person go on."""
    bob = await server.add_user(f"bob.{person.username}")
    await page.goto(notes.authorization_url())
    await sign_in(page, person)

    await page.get_by_role("link", name="Use another account").click()
    await expect(page.locator("#login-reason")).to_have_count(0)
    await expect(page.locator("#username")).to_have_value("")
    await sign_in(page, bob)
    await expect(page.locator(".who")).to_contain_text(bob.email or "")
    await page.click("#consent-allow")

    arrived = await arrive(page, callback)
    tokens = (await notes.exchange(arrived["code"])).json()
    userinfo = await notes.userinfo(tokens["access_token"])
    assert userinfo.json()["sub"] == bob.user_id
