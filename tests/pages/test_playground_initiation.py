"""Sign-ins at the playground that others have asked for (OIDC Core §4)."""

import html
import re
from collections.abc import Callable

import httpx2
import pytest

from idp import demo
from idp.config import Config
from idp.web.provider import Provider
from tests.conftest import ISSUER, Configure
from tests.pages.playing import alert, heading, sign_in, verdicts
from tests.parties.browser import Browser, Page


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the configuration of a server with the playground."""
    return configure(server={"dev": True})


@pytest.fixture
async def password(provider: Provider) -> str:
    """Prepare what `idp serve --dev` does; give the demo user's password."""
    made = await provider.database.run(demo.prepare, provider.hasher, provider.config)
    assert made.password is not None
    return made.password.reveal()


def initiation(page: Page, start: str) -> str:
    """Find the link that begins a sign-in on behalf of others."""
    found = re.search(rf'href="({re.escape(start)}[^"]*)"', page.text)
    assert found is not None
    return html.unescape(found[1])


async def test_opened_from_the_account_page(browser: Browser, password: str) -> None:
    """A connected playground is opened there, and the person comes back."""
    await sign_in(browser, password)
    account = await browser.open("/account/connections")
    assert isinstance(account, Page)

    page = await browser.open(initiation(account, f"{ISSUER}/playground/initiate?"))

    assert isinstance(page, Page)
    assert heading(page) == "A code came back"
    assert "Third-party initiated login" in page.text
    assert [verdict for verdict, _ in verdicts(page)] == ["good", "good", "good"]


async def test_opened_from_its_start_page(browser: Browser, password: str) -> None:
    """As the account page does it, for servers whose issuer is no https URL."""
    start = await browser.open("/playground")
    assert isinstance(start, Page)

    page = await browser.open(initiation(start, "/playground/initiate?"))

    assert isinstance(page, Page)
    assert "login-page" in page


async def test_opened_by_a_form_of_another_site(
    browser: Browser, new_browser: Callable[[], Browser], password: str
) -> None:
    """Such a form comes without our cookies, and the browser is given no others."""
    await sign_in(browser, password)
    form = {"iss": ISSUER, "login_hint": "demo"}

    sent = await new_browser().http.post("/playground/initiate", data=form)
    page = await browser.open(sent.headers["location"])

    assert sent.status_code == 303
    assert "set-cookie" not in sent.headers
    assert isinstance(page, Page)
    assert heading(page) == "A code came back"
    assert "login_hint=demo" in page.text


@pytest.mark.parametrize("iss", ["https://other.example", ""])
async def test_link_of_another_provider_is_not_followed(
    browser: Browser, password: str, iss: str
) -> None:
    """A client asks nobody but the issuer that it knows."""
    page = await browser.open(f"/playground/initiate?{httpx2.QueryParams({'iss': iss})}")

    assert isinstance(page, Page)
    assert "does not follow it" in alert(page)
    assert verdicts(page) == [("wrong", "iss is the issuer")]
    assert "Authorization request" not in page.text
