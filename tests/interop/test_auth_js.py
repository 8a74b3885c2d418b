"""Auth.js, in an Express app."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from idp.storage.users import User
from tests.interop.apps import App, add_web_client, new_app, running, settings_of, shown, sign_in
from tests.parties.server import Server

SESSION = "/auth/session"  # what Auth.js tells scripts of the app


@pytest.fixture(scope="module")
async def app(server: Server, installed: Path) -> AsyncIterator[App]:
    """Run the app."""
    app = new_app()
    registered = await add_web_client(
        server,
        app,
        "/auth/callback/idp",
        token_endpoint_auth_method="client_secret_post",
        post_logout_redirect_uris=[app.url("/auth/signout")],
    )
    settings = settings_of(server, app, registered) | {"AUTH_SECRET": "only for tests"}
    async with running(app, ["node", installed / "auth_js.js"], **settings):
        yield app


async def test_auth_js(app: App, page: Page, person: User) -> None:
    """It signs a person in, refreshes and signs out."""
    await page.goto(app.url(f"/auth/signin?callbackUrl={SESSION}"))
    await page.click("button")
    await sign_in(page, person)
    first = await shown(page, app, SESSION)
    await page.reload()
    second = await shown(page, app, SESSION)
    await page.goto(app.url("/sign-out"))
    await page.wait_for_url(app.url("/auth/signout"))
    await page.click("button")
    await page.goto(app.url(SESSION))

    assert first["user"]["email"] == second["user"]["email"] == person.email
    assert first["access_token"] != second["access_token"]
    assert await page.inner_text("pre") == "null"
    await page.goto(app.url(f"/auth/signin?callbackUrl={SESSION}"))
    await page.click("button")
    await page.wait_for_selector("#login-page")
