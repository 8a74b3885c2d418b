"""mozilla-django-oidc, in a Django app."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from idp.storage.users import User
from tests.interop.apps import App, add_web_client, new_app, running, settings_of, shown, sign_in
from tests.parties.server import Server

SCRIPT = Path(__file__).with_name("django_app.py")


@pytest.fixture(scope="module")
async def app(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[App]:
    """Run the app."""
    app = new_app()
    registered = await add_web_client(
        server, app, "/oidc/callback/", token_endpoint_auth_method="client_secret_post"
    )
    settings = settings_of(server, app, registered)
    database = tmp_path_factory.mktemp("django") / "notes.db"
    async with running(app, [sys.executable, SCRIPT], DATABASE=str(database), **settings):
        yield app


async def test_mozilla_django_oidc(app: App, page: Page, person: User) -> None:
    """It signs a person in, renews its session unseen, and signs out."""
    await page.goto(app.url("/"))
    await sign_in(page, person)
    first = await shown(page, app, "/")
    await page.goto(app.url("/expire"))
    second = await shown(page, app, "/")
    await page.goto(app.url("/oidc/logout/"))
    signed_out = await shown(page, app, "/signed-out")

    assert first["email"] == second["email"] == person.email
    assert first["nonce"] != second["nonce"]
    assert signed_out == {"signed_out": True}
    await page.goto(app.url("/"))
    assert await page.is_visible("#login-page")


async def test_a_session_that_has_ended(
    app: App, page: Page, person: User, metadata: dict[str, str]
) -> None:
    """It ends its own session when it cannot renew it: the person signed out elsewhere."""
    await page.goto(app.url("/"))
    await sign_in(page, person)
    await shown(page, app, "/")
    await page.goto(metadata["end_session_endpoint"])
    await page.click("#logout-confirm")
    await page.wait_for_selector("#logged-out-page")

    await page.goto(app.url("/expire"))

    await page.wait_for_selector("#login-page")
