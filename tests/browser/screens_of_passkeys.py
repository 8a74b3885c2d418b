"""Every page on which passkeys are made or used, and the way to it."""

from datetime import timedelta

from sqlalchemy import update

from idp import clock
from idp.storage.database import db
from idp.storage.login_sessions import login_sessions
from tests.browser.conftest import sign_in
from tests.browser.screens import Scene, Screen
from tests.browser.virtual_authenticator import VirtualAuthenticator, plug_in

MFA = "https://refeds.org/profile/mfa"


async def passkeys_none(scene: Scene) -> None:
    """Look for passkeys, and have none."""
    await plug_in(scene.page)
    await scene.be_signed_in()
    await scene.page.goto("/account/passkeys")


async def passkeys(scene: Scene) -> None:
    """Look at two, and want to rename one."""
    await _add_passkey(scene)
    await plug_in(scene.page, transport="usb", defaultBackupState=False)
    await scene.page.click("#passkey-add")
    await scene.page.wait_for_selector("#rename-2", state="attached")
    await scene.page.get_by_text("Rename", exact=True).first.click()


async def passkeys_known(scene: Scene) -> None:
    """Add one to a device that has one."""
    await _add_passkey(scene)
    await scene.page.click("#passkey-add")


async def login_unknown_passkey(scene: Scene) -> None:
    """Sign in with a passkey that is good no more."""
    device = await _add_passkey(scene)
    (credential,) = await device.credentials()
    await scene.page.get_by_text("Remove", exact=True).click()
    await scene.page.click("#remove-1")
    await scene.page.wait_for_selector("#remove-1", state="detached")
    if not await device.credentials():  # the browser was told to forget it
        await device.add_credential(credential)
    await scene.page.context.clear_cookies()
    await device.touch_by_itself(True)
    await scene.page.goto("/login")


async def verify_passkey(scene: Scene) -> None:
    """Be asked for a second step, for an app that wants one."""
    device = await _add_passkey(scene)
    await device.touch_by_itself(False)
    await scene.page.context.clear_cookies()
    await scene.authorize(acr_values=MFA)
    await sign_in(scene.page, scene.person)


async def confirm_passkey(scene: Scene) -> None:
    """Be asked who one is, before something is changed."""
    device = await _add_passkey(scene)
    await device.touch_by_itself(False)
    await scene.page.goto("/account")
    await scene.server.run(_let_time_pass, scene.person.user_id)
    await scene.page.goto("/account/passkeys")


async def _add_passkey(scene: Scene) -> VirtualAuthenticator:
    device = await plug_in(scene.page)
    await scene.be_signed_in()
    await scene.page.goto("/account/passkeys")
    await scene.page.click("#passkey-add")
    await scene.page.wait_for_selector("#rename-1", state="attached")
    return device


def _let_time_pass(user_id: str) -> None:
    an_hour_ago = clock.now() - timedelta(hours=1)
    match = login_sessions.c.user_id == user_id
    db().execute(update(login_sessions).where(match).values(auth_time=an_hour_ago))


SCREENS: dict[str, tuple[str, Screen]] = {
    "passkeys": ("passkeys-page", passkeys),
    "passkeys-none": ("passkeys-page", passkeys_none),
    "passkeys-known": ("passkey-known", passkeys_known),
    "login-unknown-passkey": ("login-error", login_unknown_passkey),
    "verify-passkey": ("verify-passkey", verify_passkey),
    "confirm-passkey": ("confirm-passkey", confirm_passkey),
}
