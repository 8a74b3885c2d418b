"""A person's own pages in Chromium: with scripts and without."""

import base64
import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from idp.storage.users import User
from tests.browser.callback import Callback
from tests.browser.conftest import PHONE, OpenPage, arrive, sign_in
from tests.parties.relying_party import RelyingParty

DRAW = """kind => {
    const canvas = document.createElement("canvas");
    canvas.width = 60; canvas.height = 40;
    const context = canvas.getContext("2d");
    context.fillStyle = "orange"; context.fillRect(0, 0, 60, 40);
    return canvas.toDataURL(kind).split(",")[1];
}"""


async def be_signed_in(page: Page, person: User) -> None:
    """Sign in without a client."""
    await page.goto("/login")
    await sign_in(page, person)
    await expect(page.locator("#account-page")).to_be_visible()


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/webp"])
async def test_picture(page: Page, person: User, kind: str) -> None:
    """What a browser has drawn, it can still draw when it comes back."""
    await be_signed_in(page, person)
    await page.goto("/account/profile")
    drawn = base64.b64decode(await page.evaluate(DRAW, kind))

    await page.set_input_files("#picture", {"name": "me", "mimeType": kind, "buffer": drawn})
    await page.click("#picture-submit")

    face = page.locator("img.face")
    await expect(face).to_be_visible()
    await expect(face).to_have_js_property("naturalWidth", 60)
    await expect(face).to_have_js_property("naturalHeight", 40)
    await page.click("#picture-remove")
    await expect(face).to_have_count(0)
    await expect(page.locator("span.face")).to_be_visible()


async def test_profile_without_scripts(
    open_page: OpenPage, notes: RelyingParty, person: User, callback: Callback
) -> None:
    """A form is all it takes to tell apps another name."""
    page = await open_page(scripts=False)
    await be_signed_in(page, person)
    await page.click("#to-profile")
    await page.fill("#nickname", "Al")
    await page.select_option("#locale", "nb")
    await page.click("#profile-submit")
    await expect(page.locator("#nickname")).to_have_value("Al")

    await page.goto(notes.authorization_url(scope="openid profile"))
    await page.click("#consent-allow")
    tokens = (await notes.exchange((await arrive(page, callback))["code"])).json()

    told = (await notes.userinfo(tokens["access_token"])).json()
    assert (told["nickname"], told["locale"]) == ("Al", "nb")


async def test_the_way_on_a_phone(open_page: OpenPage, person: User) -> None:
    """The first page leads to each of the others, and each leads back to it."""
    page = await open_page(viewport=PHONE, scripts=False)
    await be_signed_in(page, person)

    for name in ("profile", "security", "devices", "connections", "activity", "data"):
        await page.click(f"#to-{name}")
        await expect(page.locator(f"#{name}-page")).to_be_visible()
        await page.click("#back")
        await expect(page.locator("#account-page")).to_be_visible()


async def test_sign_out_everywhere_else(open_page: OpenPage, person: User) -> None:
    """One button leaves this browser as the only one."""
    here, elsewhere = await open_page(), await open_page()
    for page in (elsewhere, here):
        await be_signed_in(page, person)

    await here.goto("/account/devices")
    await expect(here.get_by_text("Chrome on Linux")).to_have_count(2)
    await here.click("#sign-out-others")

    await expect(here.get_by_text("Chrome on Linux")).to_have_count(1)
    await elsewhere.goto("/account")
    await expect(elsewhere.locator("#login-page")).to_be_visible()


async def test_export(page: Page, person: User, tmp_path: Path) -> None:
    """A press of the button, and the browser has a file."""
    await be_signed_in(page, person)
    await page.goto("/account/data")

    async with page.expect_download() as downloading:
        await page.click("#export-submit")
    file = tmp_path / "account.json"
    await (await downloading.value).save_as(file)

    assert json.loads(file.read_text())["account"]["username"] == person.username


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_delete(open_page: OpenPage, person: User, scripts: bool) -> None:
    """Who types another name is told so; who types their own is gone."""
    page = await open_page(scripts=scripts)
    await be_signed_in(page, person)
    await page.goto("/account/data")

    await page.fill("#confirmation", "somebody")
    await page.click("#delete-submit")
    await expect(page.locator("#confirmation-error")).to_be_visible()
    await expect(page.locator("#confirmation")).to_be_focused()
    await page.fill("#confirmation", person.username)
    await page.click("#delete-submit")
    await expect(page.locator("#deleted-page")).to_be_visible()

    await page.goto("/login")
    await sign_in(page, person)
    await expect(page.locator("#login-error")).to_be_visible()
