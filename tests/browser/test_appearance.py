"""How every page looks: phone and desktop, light and dark (kept in artifacts/screenshots)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from idp.storage.users import User
from tests.browser import (
    screens,
    screens_of_accounts,
    screens_of_devices,
    screens_of_mail,
    screens_of_passkeys,
    screens_of_proofs,
    screens_of_requests,
    screens_of_returning,
    screens_of_targets,
)
from tests.browser.conftest import DESKTOP, PHONE, OpenPage
from tests.browser.screens import Scene
from tests.browser.screens_of_second_steps import SECOND_STEPS
from tests.parties.detailed import TYPES
from tests.parties.relying_party import RelyingParty
from tests.parties.server import Server, serving

ALL = screens.SCREENS | screens_of_accounts.SCREENS | SECOND_STEPS | screens_of_passkeys.SCREENS
ALL |= screens_of_mail.SCREENS | screens_of_proofs.SCREENS | screens_of_returning.SCREENS
ALL |= screens_of_devices.SCREENS | screens_of_requests.SCREENS
ALL |= screens_of_targets.SCREENS
SCREENSHOTS = Path(__file__).parents[2] / "artifacts" / "screenshots"
REDIRECT_URI = "https://notes.example/callback"
TOUCH_TARGET = 44  # pixels (WCAG 2.2, 2.5.5)

VIOLATIONS = """
    axe.run({resultTypes: ["violations"]}).then(found => found.violations.map(each =>
        `${each.id}: ${each.nodes.map(node => node.target)}`))
"""
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth > innerWidth"
TOO_SMALL = """target =>
    [...document.querySelectorAll("button, input:not([type=hidden], [hidden])")]
    .filter(each => each.checkVisibility())
    .filter(each => (each.closest("label") ?? each).getBoundingClientRect().height < target)
    .map(each => each.outerHTML)
"""


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server that has a name, without which there are no passkeys."""
    async with serving(
        tmp_path_factory.mktemp("appearance"),
        host="localhost",
        registration={"mode": "open", "verify_email": False},
        sign_in={"email_code": True},
        throttle={"account_failures": 3},
        **screens_of_targets.SETTINGS,
    ) as server:
        yield server


@pytest.fixture
async def page(open_page: OpenPage) -> Page:
    """Open a window in which the form that sends itself stays where it is."""
    page = await open_page(reduced_motion="reduce")
    await page.route("**/submit*", lambda route: route.abort())
    return page


@pytest.fixture
async def scene(page: Page, server: Server, person: User, http: httpx2.AsyncClient) -> Scene:
    """Set the scene."""
    registered = await server.add_client(
        client_name="Notes",
        redirect_uris=[REDIRECT_URI],
        grant_types=["authorization_code", "refresh_token"],
        scope="openid profile email offline_access notes.read notes.write",
        policy_uri="https://notes.example/privacy",
        tos_uri="https://notes.example/terms",
        authorization_details_types=list(TYPES),
    )
    client = RelyingParty(http, registered.client.client_id, redirect_uri=REDIRECT_URI)
    return Scene(page, server, person, client)


@pytest.mark.parametrize("name", ALL)
async def test_appearance(scene: Scene, name: str) -> None:
    """A page fits its window, is accessible to everyone, and can be touched."""
    page, (landmark, go_to) = scene.page, ALL[name]
    await go_to(scene)
    await page.wait_for_selector(f"#{landmark}")

    await page.evaluate(Axe().axe_script)
    problems = []
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for device, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        await page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            path = SCREENSHOTS / f"{name}-{device}-{scheme}.png"
            await page.screenshot(path=path, full_page=True)
            problems += [(device, scheme, each) for each in await page.evaluate(VIOLATIONS)]
        if await page.evaluate(WIDER_THAN_THE_WINDOW):
            problems.append((device, "any", "wider than the window"))
        problems += [(device, "any", each) for each in await page.evaluate(TOO_SMALL, TOUCH_TARGET)]

    assert problems == []
