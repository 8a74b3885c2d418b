"""The registration page."""

from typing import Any

import pytest
from starlette.applications import Starlette

from idp.config import Config
from idp.storage.users import User, list_users
from idp.web.provider import Provider
from tests.conftest import PASSWORD, Clock, Configure
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty

CAROL = {"username": "carol", "email": "carol@example.com", "name": "Carol", "password": PASSWORD}


@pytest.fixture
def config(configure: Configure, request: pytest.FixtureRequest) -> Config:
    """Let people register, unless a test says otherwise."""
    changes: dict[str, Any] = getattr(request, "param", {})
    return configure(**{"registration": {"mode": "open", "verify_email": False}} | changes)


async def open_page(browser: Browser, url: str = "/register") -> Page:
    """Open the registration page."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    assert "register-page" in page
    return page


async def send(browser: Browser, page: Page, **changes: str) -> Page | Arrival:
    """Fill in the page and send it."""
    return await browser.submit(page, "register-submit", **CAROL | changes)


async def test_a_person_makes_an_account_and_is_signed_in(browser: Browser) -> None:
    """What was typed is what the account page shows, and the password is good from then on."""
    page = await open_page(browser)

    shown = await send(browser, page)

    assert isinstance(shown, Page)
    assert "account-page" in shown
    assert "carol@example.com" in shown.text
    browser.cookies.clear()
    login_page = await browser.open("/login")
    assert isinstance(login_page, Page)
    assert "account-page" in await browser.sign_in(login_page, "carol@example.com", PASSWORD)


async def test_what_cannot_be_taken_is_explained_beside_its_field(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """The page comes back with all else filled in but the password, and a correction works."""
    shown: Page | Arrival = await open_page(browser)

    for field, value in (
        ("username", "alice"),
        ("username", "ALICE"),
        ("username", "a@b"),
        ("username", ""),
        ("username", "x" * 65),
        ("email", "Alice@example.com"),
        ("email", "carol"),
        ("email", ""),
        ("email", "carol@example.com\r\nBcc: x@example.com"),
        ("email", "\ufdfa" * 21 + "@example.com"),
        ("name", "x" * 101),
        ("password", ""),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "carol@example.com"),
        ("password", "idp.example"),
        ("password", "x" * 300),
    ):
        assert isinstance(shown, Page)
        shown = await send(browser, shown, **{field: value})
        assert isinstance(shown, Page)
        assert shown.status == 422, (field, value)
        assert f"{field}-error" in shown, (field, value)
        assert shown.forms[0].fields["password"] == ""
        kept = {name: shown.forms[0].fields[name] for name in ("username", "email", "name")}
        typed = {name: CAROL[name] for name in kept} | {field: value}
        assert kept == {name: typed[name] for name in kept} or "\r" in value

    assert len(await provider.database.run(list_users)) == 1
    assert "account-page" in await send(browser, shown)


async def test_what_was_typed_is_only_text(browser: Browser) -> None:
    """A name with markup in it comes back as it was typed, and runs nothing."""
    page = await open_page(browser)

    shown = await send(browser, page, name='"><script>alert(1)</script>', password="short")

    assert isinstance(shown, Page)
    assert shown.forms[0].fields["name"] == '"><script>alert(1)</script>'
    assert "<script>" not in shown.text


async def test_pressing_the_button_twice_makes_one_account(
    browser: Browser, provider: Provider
) -> None:
    """The second form finds the name taken, and nothing breaks."""
    page = await open_page(browser)
    typed = page.forms[0].fields | CAROL
    first = await browser.http.post("/register", data=typed)

    second = await browser.http.post("/register", data=typed)

    assert (first.status_code, second.status_code) == (303, 422)
    assert len(await provider.database.run(list_users)) == 1


async def test_registering_is_a_step_of_an_authorization_request(
    browser: Browser, rp: RelyingParty
) -> None:
    """With prompt=create a person without an account arrives at the client all the same."""
    page = await open_page(browser, rp.authorization_url(prompt="create"))

    consent = await send(browser, page)

    assert isinstance(consent, Page)
    assert "consent-page" in consent
    arrival = await browser.submit(consent, "consent-allow")
    assert isinstance(arrival, Arrival)
    response = await rp.exchange(arrival.params["code"])
    userinfo = await rp.userinfo(response.json()["access_token"])
    assert userinfo.json()["email"] == "carol@example.com"
    assert userinfo.json()["email_verified"] is False


async def test_the_login_page_leads_to_registration_and_back(
    browser: Browser, rp: RelyingParty
) -> None:
    """Both pages keep the request, whichever way the person goes."""
    login_page = await browser.open(rp.authorization_url())
    assert isinstance(login_page, Page)
    interaction = login_page.url.rpartition("/")[2]

    page = await open_page(browser, f"/register/{interaction}")

    assert f'href="/register/{interaction}"' in login_page.text
    assert f'href="/login/{interaction}"' in page.text


@pytest.mark.parametrize("config", [{"throttle": {"address_failures": 3}}], indirect=True)
async def test_many_registrations_from_one_address_have_to_wait(
    browser: Browser, clock: Clock
) -> None:
    """Nobody fills the database, or finds out which names are taken, without end."""
    page = await open_page(browser)
    statuses = []
    for number in range(4):
        name = f"user{number}"
        typed = page.forms[0].fields | CAROL | {"username": name, "email": f"{name}@example.com"}
        response = await browser.http.post("/register", data=typed)
        statuses.append(response.status_code)

    assert statuses == [303, 303, 303, 429]
    assert "Too many attempts" in response.text
    clock.move(int(response.headers["Retry-After"]))
    assert (await browser.http.post("/register", data=typed)).status_code == 303


@pytest.mark.parametrize("config", [{"registration": {"mode": "off"}}], indirect=True)
async def test_a_closed_registration_is_not_there(
    browser: Browser, rp: RelyingParty, provider: Provider, app: Starlette
) -> None:
    """Neither the page nor its form, alone or in a request; prompt=create is refused."""
    login_page = await browser.open(rp.authorization_url())
    assert isinstance(login_page, Page)
    interaction = login_page.url.rpartition("/")[2]
    typed = login_page.forms[0].fields | CAROL

    for path in ("/register", f"/register/{interaction}"):
        opened = await browser.open(path)
        sent = await browser.post(path, typed)
        assert isinstance(opened, Page)
        assert isinstance(sent, Page)
        assert (opened.status, sent.status) == (404, 404)

    assert not await provider.database.run(list_users)
    refused = await browser.open(rp.authorization_url(prompt="create"))
    assert isinstance(refused, Arrival)
    assert refused.params["error"] == "invalid_request"
