"""Every page that a person can see, and the way to it."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from idp.storage.users import User
from idp.users.setup import make_setup_token
from tests.browser.conftest import sign_in
from tests.conftest import PASSWORD
from tests.parties.clients import PASSWORD_CLIENT
from tests.parties.relying_party import RelyingParty
from tests.parties.server import Server


@dataclass(frozen=True)
class Scene:
    """A browser window, the person before it, and the client that they want to use."""

    page: Page
    server: Server
    person: User
    client: RelyingParty

    async def authorize(self, **changes: str | list[str]) -> None:
        """Come from the client."""
        await self.page.goto(self.client.authorization_url(**changes))

    async def be_signed_in(self) -> None:
        """Sign in without a client."""
        await self.page.goto("/login")
        await sign_in(self.page, self.person)
        await self.page.wait_for_selector("#account-page")

    async def be_two(self) -> None:
        """Let somebody else sign in, beside whom the person does."""
        other = await self.server.add_user(f"bob.{uuid.uuid4().hex[:6]}", name="Bob Example")
        for each in (other, self.person):
            await self.page.goto("/account/add")
            await sign_in(self.page, each)
            await self.page.wait_for_selector("#account-page")

    async def authorize_branded(self) -> None:
        """Come from a client with all that pages show of one; nobody answers at its address."""
        client = await self.server.add_client(
            client_name="Notes",
            redirect_uris=["https://notes.example/callback"],
            logo_uri="http://127.0.0.1:9/logo.png",
            accent_color="#a4262c",
            policy_uri="https://notes.example/privacy",
            tos_uri="https://notes.example/terms",
            initiate_login_uri="https://notes.example/login",
        )
        rp = RelyingParty(
            self.client.http,
            client.client.client_id,
            redirect_uri="https://notes.example/callback",
        )
        await self.page.goto(rp.authorization_url())

    async def use_mail(self) -> None:
        """Give the password to an app that takes it."""
        mail = await self.server.add_client(client_name="Mail", **PASSWORD_CLIENT)
        assert mail.client_secret is not None
        rp = RelyingParty(
            self.client.http, mail.client.client_id, mail.client_secret.reveal(), scope="openid"
        )
        username = self.person.username
        await rp.token(grant_type="password", username=username, password=PASSWORD)


async def login(scene: Scene) -> None:
    """Come from a client."""
    await scene.authorize()


async def login_alone(scene: Scene) -> None:
    """Come from nowhere."""
    await scene.page.goto("/login")


async def login_wrong(scene: Scene) -> None:
    """Mistype the password."""
    await scene.authorize()
    await sign_in(scene.page, scene.person, "wrong")


async def login_throttled(scene: Scene) -> None:
    """Mistype it often."""
    await scene.authorize()
    for _ in range(scene.server.provider.config.throttle.account_failures + 1):
        await sign_in(scene.page, scene.person, "wrong")


async def login_again(scene: Scene) -> None:
    """Be asked to sign in although one is."""
    await scene.be_signed_in()
    await scene.authorize(prompt="login")


async def login_too_old(scene: Scene) -> None:
    """Come from a client that wants a fresh sign-in."""
    await scene.be_signed_in()
    await scene.authorize(max_age="0")


async def consent(scene: Scene) -> None:
    """Be asked for everything."""
    await scene.authorize(scope="openid profile email offline_access notes.read notes.write")
    await sign_in(scene.page, scene.person)


async def consent_little(scene: Scene) -> None:
    """Be asked for hardly anything."""
    await scene.authorize(scope="openid")
    await sign_in(scene.page, scene.person)


async def select_account(scene: Scene) -> None:
    """Come from a client that lets people choose."""
    await scene.be_signed_in()
    await scene.authorize(prompt="select_account")


async def select_account_of_two(scene: Scene) -> None:
    """Change from one account to the other."""
    await scene.be_two()
    await scene.page.goto("/account")
    await scene.page.click("#switch-account")


async def login_branded(scene: Scene) -> None:
    """Come from a client whose logo cannot be had."""
    await scene.authorize_branded()


async def consent_branded(scene: Scene) -> None:
    """Be asked by it."""
    await scene.authorize_branded()
    await sign_in(scene.page, scene.person)


async def register(scene: Scene) -> None:
    """Want an account."""
    await scene.authorize(prompt="create")


async def register_wrong(scene: Scene) -> None:
    """Want an account that cannot be."""
    await scene.authorize(prompt="create")
    await scene.page.fill("#username", scene.person.username)
    await scene.page.fill("#email", "alice@example")
    await scene.page.fill("#password", "password")
    await scene.page.click("#register-submit")


async def setup(scene: Scene) -> None:
    """Open the link of a new server."""
    token = await scene.server.run(make_setup_token)
    await scene.page.goto(f"/setup/{token.reveal()}")


async def setup_used(scene: Scene) -> None:
    """Open a link that is good no more."""
    await scene.page.goto("/setup/unknown")


async def logout(scene: Scene) -> None:
    """Be asked by a client to sign out."""
    await scene.be_signed_in()
    await scene.page.goto(f"/logout?client_id={scene.client.client_id}")


async def logged_out(scene: Scene) -> None:
    """Sign out."""
    await scene.be_signed_in()
    await scene.page.click("#logout")


async def logout_one_of_two(scene: Scene) -> None:
    """Be asked to sign out where somebody else is signed in, too."""
    await scene.be_two()
    await scene.page.goto("/logout")


async def logged_out_one_of_two(scene: Scene) -> None:
    """Sign out, and leave somebody else signed in."""
    await logout_one_of_two(scene)
    await scene.page.click("#logout-confirm")


async def error(scene: Scene) -> None:
    """Follow a broken link."""
    await scene.authorize(redirect_uri="https://evil.example/")


async def not_found(scene: Scene) -> None:
    """Mistype the address."""
    await scene.page.goto("/nowhere")


async def form_post(scene: Scene) -> None:
    """Be sent back to a client by a form, where scripts do not run."""
    await scene.authorize(response_mode="form_post", prompt="none")  # the answer is an error


Screen = Callable[[Scene], Awaitable[None]]

SCREENS: dict[str, tuple[str, Screen]] = {
    "login": ("login-page", login),
    "login-alone": ("login-page", login_alone),
    "login-wrong": ("login-error", login_wrong),
    "login-throttled": ("login-error", login_throttled),
    "login-again": ("login-reason", login_again),
    "login-too-old": ("login-reason", login_too_old),
    "consent": ("consent-page", consent),
    "consent-little": ("consent-page", consent_little),
    "select-account": ("select-account-page", select_account),
    "select-account-of-two": ("select-account-page", select_account_of_two),
    "login-branded": ("client-logo", login_branded),
    "consent-branded": ("client-logo", consent_branded),
    "register": ("register-page", register),
    "register-wrong": ("password-error", register_wrong),
    "setup": ("setup-page", setup),
    "setup-used": ("error-page", setup_used),
    "logout": ("logout-confirm-page", logout),
    "logout-one-of-two": ("logout-all", logout_one_of_two),
    "logged-out-one-of-two": ("still-signed-in", logged_out_one_of_two),
    "logged-out": ("logged-out-page", logged_out),
    "error": ("error-page", error),
    "not-found": ("error-page", not_found),
    "form-post": ("form-post-page", form_post),
}
