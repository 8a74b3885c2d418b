"""A person's own pages, and the way to each."""

from functools import partial

from idp.users import login_sessions
from idp.users.devices import Device
from tests.browser.conftest import sign_in
from tests.browser.screens import Scene, Screen
from tests.conftest import PASSWORD
from tests.parties.pictures import png

PHONE_ELSEWHERE = Device("Safari", "iPhone", "198.51.100.0/24")


async def use_much(scene: Scene) -> None:
    """Be signed in elsewhere too, let two apps use the account, and mistype the password once."""
    config = scene.server.provider.config.login_sessions
    start = partial(login_sessions.start, device=PHONE_ELSEWHERE)
    await scene.server.run(start, scene.person, ["pop", "user", "mfa"], config)
    await scene.use_mail()
    await scene.authorize(response_mode="form_post")  # a page of ours is where that ends
    await sign_in(scene.page, scene.person, "wrong")
    await sign_in(scene.page, scene.person)
    await scene.page.click("#consent-allow")
    await scene.page.wait_for_selector("#form-post-page")


async def look_at(scene: Scene, name: str) -> None:
    """Look at a page of an account that is in use."""
    await use_much(scene)
    await scene.page.goto(f"/account/{name}".rstrip("/"))


async def look_at_new(scene: Scene, name: str) -> None:
    """Look at a page of an account that was never used."""
    await scene.be_signed_in()
    await scene.page.goto(f"/account/{name}".rstrip("/"))


async def profile(scene: Scene) -> None:
    """Look at a profile with a picture."""
    await look_at_new(scene, "profile")
    picture = {"name": "me.png", "mimeType": "image/png", "buffer": png()}
    await scene.page.set_input_files("#picture", [picture])  # type: ignore[list-item]  # a FilePayload
    await scene.page.click("#picture-submit")
    await scene.page.wait_for_selector("#picture-remove")


async def profile_wrong(scene: Scene) -> None:
    """Say what cannot be."""
    await look_at_new(scene, "profile")
    await scene.page.fill("#zoneinfo", "Mars/Olympus")
    await scene.page.click("#profile-submit")


async def password_wrong(scene: Scene) -> None:
    """Want a new password that is too easy to guess."""
    await look_at_new(scene, "security")
    await scene.page.click("#change-password")
    await scene.page.fill("#current-password", PASSWORD)
    await scene.page.fill("#new-password", "password")
    await scene.page.click("#password-submit")


async def delete_wrong(scene: Scene) -> None:
    """Type another name than one's own."""
    await look_at_new(scene, "data")
    await scene.page.fill("#confirmation", "somebody")
    await scene.page.click("#delete-submit")


async def deleted(scene: Scene) -> None:
    """Delete the account."""
    await look_at_new(scene, "data")
    await scene.page.fill("#confirmation", scene.person.username)
    await scene.page.click("#delete-submit")


SCREENS: dict[str, tuple[str, Screen]] = {
    "account": ("account-page", partial(look_at, name="")),
    "account-new": ("account-page", partial(look_at_new, name="")),
    "account-profile": ("profile-page", profile),
    "account-profile-wrong": ("zoneinfo-error", profile_wrong),
    "account-security": ("security-page", partial(look_at, name="security")),
    "account-devices": ("devices-page", partial(look_at, name="devices")),
    "account-connections": ("connections-page", partial(look_at, name="connections")),
    "account-connections-none": ("connections-page", partial(look_at_new, name="connections")),
    "account-activity": ("activity-page", partial(look_at, name="activity")),
    "account-data": ("data-page", partial(look_at_new, name="data")),
    "account-data-wrong": ("confirmation-error", delete_wrong),
    "account-deleted": ("deleted-page", deleted),
    "password-wrong": ("new-password-error", password_wrong),
}
