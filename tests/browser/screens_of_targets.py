"""What somebody sees whom a client asks for APIs and in detail, and the way to it."""

from typing import Any

from tests.browser.conftest import sign_in
from tests.browser.screens import Scene, Screen
from tests.parties.detailed import ACCOUNTS, PAYMENT, TYPES, details

CALENDAR, PRINTER = "https://calendar.example.com/v1", "urn:example:printer"
SETTINGS: dict[str, Any] = {
    "resources": {
        CALENDAR: {"name": "Example Calendar"},
        PRINTER: {"name": "The printer on the second floor"},
    },
    "authorization_details_types": TYPES,
}
MORE = {"limits": {"days": 90, "currencies": ["EUR", "CHF"]}, "combined": True}
BANK = ACCOUNTS | {"locations": ["https://bank.example/accounts"], "identifier": "DE02 1001"}


async def consent_details(scene: Scene) -> None:
    """Be asked for everything."""
    await scene.authorize(
        scope="openid notes.read",
        resource=[CALENDAR, PRINTER],
        authorization_details=details(PAYMENT, BANK | MORE),
        response_mode="form_post",
    )
    await sign_in(scene.page, scene.person)


async def consent_details_more(scene: Scene) -> None:
    """Be asked for more than one has allowed."""
    await consent_details(scene)
    await scene.page.click("#consent-allow")
    await scene.page.wait_for_selector("#form-post-page")
    await scene.authorize(
        scope="openid notes.read",
        resource=CALENDAR,
        authorization_details=details(PAYMENT, BANK | MORE),
    )


async def connections_details(scene: Scene) -> None:
    """See what was allowed."""
    await consent_details_more(scene)
    await scene.page.goto("/account/connections")


SCREENS: dict[str, tuple[str, Screen]] = {
    "consent-details": ("consent-page", consent_details),
    "consent-details-more": ("consent-allowed", consent_details_more),
    "connections-details": ("connections-page", connections_details),
}
