"""What somebody sees who has been here before, and the way to it."""

from tests.browser.conftest import sign_in
from tests.browser.screens import Scene, Screen


async def login_known(scene: Scene) -> None:
    """Come back to a browser in which one has used a password."""
    await scene.be_signed_in()
    await scene.page.click("#logout")
    await scene.page.goto("/login")


async def login_beside(scene: Scene) -> None:
    """Want to add an account."""
    await scene.be_signed_in()
    await scene.page.goto("/account/add")


async def login_revealed(scene: Scene) -> None:
    """Look at what one has typed."""
    await scene.page.goto("/login")
    await scene.page.fill("#password", "correct horse battery staple, and so on")
    await scene.page.click("[data-reveal=password]")


async def consent_more(scene: Scene) -> None:
    """Be asked for more than one has allowed."""
    await scene.authorize(scope="openid profile", response_mode="form_post")
    await sign_in(scene.page, scene.person)
    await scene.page.select_option("#duration", "90_days")
    await scene.page.click("#consent-allow")
    await scene.page.wait_for_selector("#form-post-page")
    await scene.authorize(scope="openid profile email offline_access")


async def consent_again(scene: Scene) -> None:
    """Be asked for what one has allowed."""
    await consent_more(scene)
    await scene.authorize(scope="openid profile", prompt="consent")


async def connections_for_a_while(scene: Scene) -> None:
    """See how long it may last."""
    await consent_more(scene)
    await scene.page.goto("/account/connections")


SCREENS: dict[str, tuple[str, Screen]] = {
    "login-known": ("last-used", login_known),
    "login-beside": ("login-continue", login_beside),
    "login-revealed": ("login-page", login_revealed),
    "consent-more": ("consent-allowed", consent_more),
    "consent-again": ("consent-allowed", consent_again),
    "connections-for-a-while": ("connections-page", connections_for_a_while),
}
