"""The pages of a second step, and the way to them."""

from tests.browser.conftest import sign_in
from tests.browser.screens import Scene, Screen
from tests.parties.authenticator_app import AuthenticatorApp


async def totp_setup(scene: Scene) -> None:
    """Set up an app that cannot scan."""
    await scene.be_signed_in()
    await scene.page.goto("/account/totp")
    await scene.page.click("summary")


async def totp_setup_wrong(scene: Scene) -> None:
    """Mistype the code."""
    await totp_setup(scene)
    await scene.page.fill("#code", "12345")
    await scene.page.click("#totp-submit")


async def recovery_codes_made(scene: Scene) -> None:
    """Type the right one."""
    await totp_setup(scene)
    app = AuthenticatorApp.set_up_on(await scene.page.content())
    await scene.page.fill("#code", app.code())
    await scene.page.click("#totp-submit")


async def totp(scene: Scene) -> None:
    """Come back to see what can be done about the app."""
    await recovery_codes_made(scene)
    await scene.page.click("#recovery-codes-kept")
    await scene.page.goto("/account/totp")


async def recovery_codes(scene: Scene) -> None:
    """Look how many are left."""
    await totp(scene)
    await scene.page.click("#recovery-codes")


async def verify_wrong(scene: Scene) -> None:
    """Mistype the code when signing in."""
    await recovery_codes_made(scene)
    await scene.page.context.clear_cookies()
    await scene.authorize()
    await sign_in(scene.page, scene.person)
    await scene.page.fill("#code", "12345")
    await scene.page.click("#verify-submit")


SECOND_STEPS: dict[str, tuple[str, Screen]] = {
    "totp-setup": ("totp-setup-page", totp_setup),
    "totp-setup-wrong": ("code-error", totp_setup_wrong),
    "totp": ("totp-page", totp),
    "recovery-codes-made": ("recovery-codes-made-page", recovery_codes_made),
    "recovery-codes": ("recovery-codes-page", recovery_codes),
    "verify-wrong": ("verify-error", verify_wrong),
}
