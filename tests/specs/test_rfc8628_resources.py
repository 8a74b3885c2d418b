"""Devices that ask for tokens for an API (RFC 8707 §2 with RFC 8628 §3.1)."""

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Configure
from tests.parties.browser import Browser
from tests.parties.devices import DEVICE, ask, shown_code
from tests.parties.relying_party import RelyingParty, unverified_claims

NOTES = "https://notes.example"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare an API."""
    return configure(resources={NOTES: {"name": "Example Notes", "scopes": ["notes.read"]}})


@pytest.fixture
async def device(add_client: AddClient) -> RelyingParty:
    """Add a public client for devices."""
    return await add_client(**DEVICE)


async def test_token_is_for_what_was_shown(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """The person sees which API it is, and the token is for that one."""
    asked = await ask(device, "openid notes.read", resource=NOTES)

    page = await shown_code(browser, asked.user_code)
    await browser.submit(page, "consent-allow")
    tokens = (await asked.poll()).json()

    assert "Example Notes" in page.text
    assert unverified_claims(tokens["access_token"])["aud"] == NOTES


async def test_unknown_api(device: RelyingParty) -> None:
    """The device is told before anybody is asked."""
    refused = await device.post(
        "/device_authorization", scope="openid", resource="https://other.example"
    )

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_target")


async def test_api_that_was_not_allowed_costs_no_code(
    device: RelyingParty, alice: User, browser: Browser
) -> None:
    """Who asks for another API when it polls can still have what was allowed."""
    asked = await ask(device, "openid notes.read", resource=NOTES)
    await browser.submit(await shown_code(browser, asked.user_code), "consent-allow")

    wider = await device.token(
        grant_type="urn:ietf:params:oauth:grant-type:device_code",
        device_code=asked.device_code,
        resource="https://idp.example",
    )

    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_target")
    assert (await asked.poll()).status_code == 200
