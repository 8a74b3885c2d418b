"""Authlib's client for Starlette, in an app that people use by a browser."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from idp.storage.users import User
from tests.interop.apps import App, add_web_client, new_app, running, settings_of, shown, sign_in
from tests.parties.server import Server

SCRIPT = Path(__file__).with_name("authlib_app.py")


@pytest.fixture(scope="module")
async def app(server: Server) -> AsyncIterator[App]:
    """Run the app."""
    app = new_app()
    registered = await add_web_client(server, app, "/callback")
    settings = settings_of(server, app, registered)
    async with running(app, [sys.executable, SCRIPT], **settings):
        yield app


async def test_authlib_app(app: App, page: Page, person: User) -> None:
    """It signs a person in, refreshes and signs out."""
    await page.goto(app.url("/"))
    await sign_in(page, person)
    first = await shown(page, app, "/")
    await page.goto(app.url("/expire"))
    second = await shown(page, app, "/")
    await page.goto(app.url("/sign-out"))
    signed_out = await shown(page, app, "/signed-out?*")

    assert first["userinfo"]["sub"] == person.user_id
    assert second["userinfo"] == first["userinfo"]
    assert second["access_token"] != first["access_token"]
    assert signed_out == {"signed_out": True, "session": []}
    await page.goto(app.url("/"))
    assert await page.is_visible("#login-page")
