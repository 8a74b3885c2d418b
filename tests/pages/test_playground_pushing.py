"""The playground where requests must be pushed (RFC 9126 §5): it does what any client has to do."""

import re

import pytest

from idp import demo
from idp.config import Config
from idp.web.provider import Provider
from tests.conftest import ISSUER, Configure
from tests.pages.playing import alert, begin, heading, press, sign_in, verdicts
from tests.parties.browser import Browser, Page


@pytest.fixture
def config(configure: Configure) -> Config:
    """Give the configuration of a server with the playground, to which requests are pushed."""
    protocol = {"require_pushed_authorization_requests": True}
    return configure(server={"dev": True}, protocol=protocol)


@pytest.fixture
async def password(provider: Provider) -> str:
    """Prepare what `idp serve --dev` does; give the demo user's password."""
    made = await provider.database.run(demo.prepare, provider.hasher, provider.config)
    assert made.password is not None
    return made.password.reveal()


async def test_request_is_pushed_and_the_browser_brings_its_name(
    browser: Browser, password: str
) -> None:
    """Both requests are shown, the pushed one with its answer, and the walk goes on to tokens."""
    back = await sign_in(browser, password)
    exchanged = await press(browser, back, "exchange")

    assert heading(back) == "A code came back"
    assert "POST /par HTTP/1.1" in back.text
    assert "HTTP/1.1 201 Created" in back.text
    (authorization,) = re.findall(r"GET /authorize\?[^<]*", back.text)
    assert "client_id=playground" in authorization
    assert "request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A" in authorization
    assert "code_challenge" not in authorization
    assert heading(exchanged) == "The code is exchanged"
    assert {verdict for verdict, _ in verdicts(exchanged)} == {"good"}


async def test_what_is_refused_at_once_is_shown(browser: Browser, password: str) -> None:
    """The browser is sent nowhere: the client was told already."""
    page = await begin(browser, max_age="soon")

    assert heading(page) == "The request was refused"
    assert alert(page).startswith("invalid_request: The max_age must be")
    assert "HTTP/1.1 400 Bad Request" in page.text
    assert "GET /authorize" not in page.text


async def test_sign_in_that_others_ask_for_is_pushed(browser: Browser, password: str) -> None:
    """The account page begins such a one (OIDC Core §4)."""
    login = await browser.open(f"/playground/initiate?iss={ISSUER}")

    assert isinstance(login, Page)
    assert "login-page" in login
