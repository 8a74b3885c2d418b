"""What somebody sees whom a client asks elsewhere, and the way to it."""

from tests.browser.conftest import sign_in
from tests.browser.screens import Scene, Screen
from tests.parties.backchannel import BANK, asked
from tests.parties.relying_party import RelyingParty

MESSAGES = ("Transfer 42: W4SCT", "Is it you who is calling? 7Q3-PL")


async def requests(scene: Scene) -> None:
    """Look at what waits, signed in already."""
    registered = await scene.server.add_client(**BANK)
    assert registered.client_secret is not None
    secret = registered.client_secret.reveal()
    rp = RelyingParty(scene.client.http, registered.client.client_id, secret)
    await scene.be_signed_in()
    for message in MESSAGES:
        hint = scene.person.username
        await asked(rp, scope="openid email", login_hint=hint, binding_message=message)
    await scene.page.goto("/account/requests")


async def no_requests(scene: Scene) -> None:
    """Look, and there is nothing."""
    await scene.be_signed_in()
    await scene.page.goto("/account/requests")


async def request_consent(scene: Scene) -> None:
    """Be asked."""
    await requests(scene)
    await scene.page.click("a[href*='/request/'] >> nth=0")


async def request_login(scene: Scene) -> None:
    """Open the link of the mail where nobody is signed in."""
    await requests(scene)
    link = await scene.page.get_attribute("a[href*='/request/']", "href")
    assert link is not None
    await scene.page.context.clear_cookies()
    await scene.page.goto(link)


async def request_consent_after_login(scene: Scene) -> None:
    """Sign in then."""
    await request_login(scene)
    await sign_in(scene.page, scene.person)


SCREENS: dict[str, tuple[str, Screen]] = {
    "requests": ("requests-page", requests),
    "requests-none": ("requests-page", no_requests),
    "request-consent": ("consent-polled", request_consent),
    "request-login": ("login-page", request_login),
    "request-consent-after-login": ("consent-polled", request_consent_after_login),
}
