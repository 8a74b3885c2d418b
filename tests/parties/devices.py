"""A device without a keyboard: it shows a code, and polls until its person has decided."""

from dataclasses import dataclass
from typing import Any

import httpx2

from idp import clock
from idp.secret import Secret
from idp.storage.polled_requests import PolledRequest, add_polled_request
from tests.conftest import PASSWORD
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

# How a device is registered; it keeps no secret.
DEVICE: dict[str, Any] = {
    "client_name": "Television",
    "grant_types": [DEVICE_CODE, "refresh_token"],
    "response_types": [],
    "redirect_uris": [],
    "token_endpoint_auth_method": "none",
    "scope": "openid profile email offline_access notes.read",
}


@dataclass
class Asked:
    """What a device got when it asked, and how it goes on."""

    rp: RelyingParty
    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int

    async def poll(self, rp: RelyingParty | None = None) -> httpx2.Response:
        """Ask whether there are tokens."""
        return await (rp or self.rp).token(grant_type=DEVICE_CODE, device_code=self.device_code)


async def ask(rp: RelyingParty, scope: str | None = "openid", **parameters: str) -> Asked:
    """Let a device ask."""
    response = await rp.post("/device_authorization", scope=scope, **parameters)
    assert response.status_code == 200, response.text
    return Asked(rp, **response.json())


async def shown_code(browser: Browser, user_code: str, username: str = "alice") -> Page:
    """Type the code of a device, sign in if necessary, and give the page that asks."""
    page = await browser.open("/device")
    assert isinstance(page, Page)
    shown = await browser.submit(page, "device-submit", user_code=user_code)
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, username, PASSWORD)
    assert isinstance(shown, Page), shown
    return shown


async def decide(
    browser: Browser, user_code: str, button: str = "consent-allow", username: str = "alice"
) -> Page | Arrival:
    """Type the code of a device, and allow or deny what it asks."""
    page = await shown_code(browser, user_code, username)
    assert "consent-page" in page, page.text
    return await browser.submit(page, button)


def leave_polled_request(client_id: str) -> None:
    """Leave a request of a client that polls, in the database."""
    request = PolledRequest(
        code_digest=Secret("device code").digest,
        grant_type=DEVICE_CODE,
        client_id=client_id,
        user_code="WDJB-MJHT",
        parameters=[],
        browser=None,
        system=None,
        network=None,
        interval=5,
        next_poll_at=clock.now(),
        expires_at=clock.in_seconds(600),
    )
    assert add_polled_request(request)
