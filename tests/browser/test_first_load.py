"""What the login page costs somebody who comes for the first time, and what its scripts add."""

import pytest
from playwright.async_api import Page, Response

from idp.storage.users import User
from tests.browser.conftest import OpenPage, sign_in
from tests.conftest import PASSWORD
from tests.parties.relying_party import RelyingParty
from tests.parties.server import Server

BUDGET = 50_000  # bytes, before any compression, with headers


@pytest.mark.parametrize("path", ["/login", "/register"])
async def test_a_first_visit_is_light_and_asks_nobody_else(
    page: Page, server: Server, path: str
) -> None:
    """All that is loaded comes from this server, and is less than a photo."""
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # it marks what it is given

    await page.goto(path, wait_until="networkidle")

    sizes = {}
    for each in responses:
        headers = await each.all_headers()
        head = sum(len(name) + len(value) + 4 for name, value in headers.items())
        sizes[each.url] = head + len(await each.body())
    assert any(url.endswith(".css") or ".css?" in url for url in sizes)
    assert all(url.startswith(server.issuer + "/") for url in sizes)
    assert sum(sizes.values()) < BUDGET


async def test_a_password_can_be_looked_at(page: Page, person: User) -> None:
    """It is shown until the button is pressed again, and is sent as a password in any case."""
    await page.goto("/login")
    await page.fill("#username", person.username)
    await page.fill("#password", PASSWORD)
    button = page.get_by_role("button", name="Show password")

    types = [await page.get_attribute("#password", "type")]
    pressed = [await button.get_attribute("aria-pressed")]
    for _ in range(2):
        await button.click()
        types.append(await page.get_attribute("#password", "type"))
        pressed.append(await button.get_attribute("aria-pressed"))
    await button.click()
    await page.click("#login-submit")
    await page.wait_for_selector("#account-page")

    assert types == ["password", "text", "password"]
    assert pressed == ["false", "true", "false"]


async def test_without_scripts_there_is_nothing_that_does_not_work(
    open_page: OpenPage, notes: RelyingParty, person: User
) -> None:
    """No button for what only a script can do; the duration is chosen all the same."""
    page = await open_page(scripts=False)
    await page.goto(notes.authorization_url())

    is_offered = await page.locator("[data-reveal]").is_visible()
    await sign_in(page, person)
    await page.select_option("#duration", "once")
    await page.click("#consent-allow")
    await page.wait_for_url(f"{notes.redirect_uri}*")

    assert not is_offered
