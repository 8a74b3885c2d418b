"""openid-client for Node.js as a device, and as a client that asks people elsewhere."""

import json
from pathlib import Path

from idp.storage.users import User
from tests.conftest import PASSWORD
from tests.interop.test_openid_client import run
from tests.parties.backchannel import BANK
from tests.parties.browser import Browser, Page
from tests.parties.devices import DEVICE
from tests.parties.server import Server

SCRIPT = "openid_client_elsewhere.js"
CONFIDENTIAL = {"token_endpoint_auth_method": "client_secret_basic"}


async def allow(browser: Browser, shown: object, person: User) -> None:
    """Sign in, and allow what is asked."""
    assert isinstance(shown, Page)
    shown = await browser.sign_in(shown, person.username, PASSWORD)
    assert isinstance(shown, Page)
    done = await browser.submit(shown, "consent-allow")
    assert isinstance(done, Page)
    assert "device-done-page" in done


async def test_device(server: Server, installed: Path, browser: Browser, person: User) -> None:
    """It shows an address, and polls until the person has allowed it there."""
    registered = await server.add_client(**DEVICE | CONFIDENTIAL)
    assert registered.client_secret is not None
    credentials = (registered.client.client_id, registered.client_secret.reveal())

    async with run(installed / SCRIPT, server.issuer, *credentials, "device") as node:
        page = await browser.open((await node.said()).strip())
        assert isinstance(page, Page)
        await allow(browser, await browser.submit(page, "device-submit"), person)
        claims = json.loads(await node.said())

    assert claims["sub"] == person.user_id


async def test_person_elsewhere(
    server: Server, installed: Path, browser: Browser, person: User
) -> None:
    """It asks for a person by name, who finds the request in their account."""
    registered = await server.add_client(**BANK)
    assert registered.client_secret is not None
    credentials = (registered.client.client_id, registered.client_secret.reveal())
    login_page = await browser.open("/login")
    assert isinstance(login_page, Page)
    await browser.sign_in(login_page, person.username, PASSWORD)

    async with run(installed / SCRIPT, server.issuer, *credentials, person.username) as node:
        await node.said()
        page = await browser.open("/account/requests")
        assert isinstance(page, Page)
        link = page.text.partition(' href="/request/')[2].partition('"')[0]
        shown = await browser.open(f"/request/{link}")
        assert isinstance(shown, Page)
        await browser.submit(shown, "consent-allow")
        claims = json.loads(await node.said())

    assert claims["sub"] == person.user_id
