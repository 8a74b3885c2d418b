"""What somebody sees who connects a device, and the way to it."""

from tests.browser.conftest import sign_in
from tests.browser.screens import Scene, Screen
from tests.parties.devices import DEVICE, Asked, ask
from tests.parties.relying_party import RelyingParty


async def asked_by_television(scene: Scene) -> Asked:
    """Let a television ask for much."""
    registered = await scene.server.add_client(**DEVICE)
    rp = RelyingParty(scene.client.http, registered.client.client_id)
    return await ask(rp, "openid profile email offline_access")


async def device(scene: Scene) -> None:
    """Open the page that the television names."""
    await scene.page.goto("/device")


async def device_filled_in(scene: Scene) -> None:
    """Open the address that it shows as a picture."""
    asked = await asked_by_television(scene)
    await scene.page.goto(asked.verification_uri_complete)


async def device_wrong(scene: Scene) -> None:
    """Mistype the code."""
    await device(scene)
    await scene.page.fill("#user-code", "wdjb-mjh")
    await scene.page.click("#device-submit")


async def device_consent(scene: Scene) -> None:
    """Type it, and be asked."""
    await device_filled_in(scene)
    await scene.page.click("#device-submit")
    await sign_in(scene.page, scene.person)


async def device_allowed(scene: Scene) -> None:
    """Allow it."""
    await device_consent(scene)
    await scene.page.click("#consent-allow")


async def device_denied(scene: Scene) -> None:
    """Do not allow it."""
    await device_consent(scene)
    await scene.page.click("#consent-deny")


SCREENS: dict[str, tuple[str, Screen]] = {
    "device": ("device-page", device),
    "device-filled-in": ("device-page", device_filled_in),
    "device-wrong": ("device-error", device_wrong),
    "device-consent": ("consent-polled", device_consent),
    "device-allowed": ("device-done-page", device_allowed),
    "device-denied": ("device-done-page", device_denied),
}
