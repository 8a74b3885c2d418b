"""`display`, `ui_locales`, `claims_locales`: wishes that never fail (OIDC Core §3.1.2.1)."""

import pytest

from idp.storage.users import User
from tests.conftest import SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty

WISHES = [
    {"display": "page"},
    {"display": "popup"},
    {"display": "touch"},
    {"display": "wap"},
    {"display": "hologram"},
    {"ui_locales": "en"},
    {"ui_locales": "fr-CA fr en"},
    {"ui_locales": "tlh"},
    {"ui_locales": "not a locale <b>"},
    {"claims_locales": "de ja-Kana-JP"},
]


@pytest.mark.parametrize("wish", WISHES, ids=str)
async def test_a_wish_never_fails(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn, wish: dict[str, str]
) -> None:
    """The page is the usual one, in the language that there is, and leads to a code."""
    page = await browser.open(rp.authorization_url(**wish))

    assert isinstance(page, Page)
    assert "login-page" in page
    assert '<html lang="en" dir="ltr">' in page.text
    assert "code" in (await walk(rp, **wish)).params


@pytest.mark.parametrize("wish", WISHES, ids=str)
async def test_a_wish_never_fails_without_a_page(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn, wish: dict[str, str]
) -> None:
    """Neither does it where nothing is shown."""
    await walk(rp)

    arrival = await browser.open(rp.authorization_url(prompt="none", **wish))

    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params
