"""oidc-client-ts, in an app that is all in the browser."""

import json
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from idp.storage.users import User
from tests.interop.apps import App, add_web_client, new_app, running, shown, sign_in
from tests.parties.server import Server

LIBRARY = Path("node_modules/oidc-client-ts/dist/browser/oidc-client-ts.js")
PAGES = ("index.html", "callback.html", "signed-out.html")


@pytest.fixture(scope="module")
async def app(
    server: Server, installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[App]:
    """Serve the app's files."""
    app, directory = new_app(), tmp_path_factory.mktemp("site")
    registered = await add_web_client(
        server,
        app,
        "/callback.html",
        token_endpoint_auth_method="none",
        post_logout_redirect_uris=[app.url("/signed-out.html")],
    )
    settings = {"authority": server.issuer, "client_id": registered.client.client_id}
    (directory / "settings.json").write_text(json.dumps(settings))
    shutil.copy(installed / LIBRARY, directory)
    for page in PAGES:
        shutil.copy(installed / "oidc_client_ts.html", directory / page)

    serve = ["-m", "http.server", str(app.port), "--bind", "localhost", "--directory", directory]
    async with running(app, [sys.executable, *serve]):
        yield app


async def wait_until_shown(page: Page) -> None:
    """Wait until the script has shown what it knows."""
    await page.wait_for_selector("pre:not(:empty)")


async def test_oidc_client_ts(app: App, page: Page, person: User) -> None:
    """It signs a person in, refreshes and signs out, all from another origin."""
    await page.goto(app.url("/index.html"))
    await wait_until_shown(page)
    await page.click("#sign-in")
    await sign_in(page, person)
    await page.wait_for_url(app.url("/callback.html?*"))
    await wait_until_shown(page)
    first = await shown(page, app, "/callback.html?*")
    async with page.expect_response("**/userinfo"):
        await page.click("#refresh")
    await page.wait_for_function(
        "token => JSON.parse(document.querySelector('pre').textContent).access_token !== token",
        arg=first["access_token"],
    )
    second = await shown(page, app, "/callback.html?*")
    await page.click("#sign-out")
    await page.wait_for_url(app.url("/signed-out.html*"))
    await wait_until_shown(page)
    signed_out = await shown(page, app, "/signed-out.html*")

    assert first["profile"]["sub"] == second["profile"]["sub"] == person.user_id
    assert first["profile"]["email"] == person.email
    assert first["refresh_token"] != second["refresh_token"]
    assert signed_out == {"user": None}
    await page.click("#sign-in")
    await page.wait_for_selector("#login-page")
