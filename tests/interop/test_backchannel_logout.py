"""openid-client and jose for Node.js, in an app that hears of logouts by back channel."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

from idp.storage.users import User
from tests.interop.apps import (
    App,
    add_web_client,
    new_app,
    running,
    settings_of,
    shown,
    sign_in,
    sign_out_at,
    until_signed_out,
)
from tests.parties.server import Server


@pytest.fixture(scope="module")
async def app(server: Server, installed: Path) -> AsyncIterator[App]:
    """Run the app."""
    app = new_app()
    uri = app.url("/backchannel-logout")
    registered = await add_web_client(server, app, "/callback", backchannel_logout_uri=uri)
    settings = settings_of(server, app, registered)
    async with running(app, ["node", installed / "backchannel_logout.js"], **settings):
        yield app


async def test_openid_client_and_jose(server: Server, app: App, page: Page, person: User) -> None:
    """The logout token holds by all that the standard has a client check, and ends its session."""
    await page.goto(app.url("/"))
    await sign_in(page, person)
    first = await shown(page, app, "/")
    await page.reload()
    again = await shown(page, app, "/")

    await sign_out_at(server, page)

    assert first == again
    assert first["sub"] == person.user_id
    await until_signed_out(page, app)
