"""Pages that programs can rely on: ids, plain forms, and the shortest way to the client."""

import re

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, Configure
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty

LOGIN = "login-page username password login-submit login-cancel"
CLIENT = "client-logo client-policy client-tos"
LINKS = {
    "logo_uri": "https://rp.example/logo.png",
    "policy_uri": "https://rp.example/privacy",
    "tos_uri": "https://rp.example/terms",
}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register."""
    return configure(registration={"mode": "open", "verify_email": False})


@pytest.fixture
async def notes(add_client: AddClient) -> RelyingParty:
    """Add a client with all that pages show of one."""
    return await add_client(**LINKS)


async def show(browser: Browser, url: str) -> Page:
    """Open a page."""
    shown = await browser.open(url)
    assert isinstance(shown, Page)
    return shown


def missing(page: Page, ids: str) -> set[str]:
    """Tell which of these ids a page does not have."""
    return set(ids.split()) - page.ids


async def test_each_page_has_the_ids_that_were_promised(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """From the first page of a sign-in to the last page of a logout, and the one for errors."""
    login = await show(browser, notes.authorization_url())
    register = await show(browser, notes.authorization_url(prompt="create"))
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    chooser = await show(browser, notes.authorization_url(prompt="select_account"))
    error = await show(browser, "/authorize")
    confirm = await show(browser, "/logout")
    logged_out = await browser.submit(confirm, "logout-confirm")
    assert isinstance(logged_out, Page)

    assert not missing(login, f"{LOGIN} {CLIENT}")
    assert not missing(register, f"register-page register-submit {CLIENT}")
    assert not missing(consent, f"consent-page consent-allow consent-deny {CLIENT}")
    assert not missing(chooser, f"select-account-page {CLIENT}")
    assert not missing(error, "error-page")
    assert not missing(confirm, "logout-confirm-page logout-confirm")
    assert not missing(logged_out, "logged-out-page")


# What has each id, as a selector would name it.
ELEMENTS = {
    "client-logo": "img",
    "client-policy": "a",
    "client-tos": "a",
    "username": "input",
    "password": "input",
    "login-submit": "button",
    "login-cancel": "button",
    "consent-allow": "button",
    "consent-deny": "button",
}


async def test_each_id_is_on_the_element_that_was_promised(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """A picture, links, fields and buttons."""
    login = await show(browser, notes.authorization_url())
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)

    for page in (login, consent):
        found = {name: tag for tag, name in re.findall(r'<(\w+)[^>]*? id="([\w-]+)"', page.text)}
        promised = {name: tag for name, tag in ELEMENTS.items() if name in page}
        assert {name: found[name] for name in promised} == promised
        assert promised.keys() >= {"client-logo", "client-policy", "client-tos"}


async def test_forms_are_plain(browser: Browser, notes: RelyingParty, alice: User) -> None:
    """Name and password are asked in one form, and each form works where no script runs."""
    login = await show(browser, notes.authorization_url())
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)

    (form,) = [form for form in login.forms if "login-submit" in form.buttons]
    assert {"username", "password"} <= form.fields.keys()
    for page in (login, consent):
        forms = re.findall(r"<form[^>]*>", page.text)
        assert forms
        assert [tag for tag in forms if ' method="post"' not in tag] == []
    assert isinstance(await browser.submit(consent, "consent-allow"), Arrival)


async def test_pages_are_elsewhere_than_the_authorization_endpoint(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """A program that waits for a page can tell it by its path."""
    login = await show(browser, notes.authorization_url())
    consent = await browser.sign_in(login, "alice", PASSWORD)

    assert login.url.startswith(f"{browser.issuer}/login/")
    assert isinstance(consent, Page)
    assert consent.url.startswith(f"{browser.issuer}/consent/")


async def test_every_form_is_answered_with_303(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """Nothing that was typed is sent on, and reloading sends nothing again (RFC 9700 §4.12)."""
    login = await show(browser, notes.authorization_url())
    typed = {"username": "alice", "password": PASSWORD}

    signed_in = await browser.http.post(login.url, data=login.forms[0].fields | typed)
    consent = await show(browser, signed_in.headers["location"])
    fields = consent.forms[0].fields | {"decision": "allow"}
    allowed = await browser.http.post(consent.url, data=fields)
    answered = await browser.http.get(allowed.headers["location"])

    assert [each.status_code for each in (signed_in, allowed, answered)] == [303] * 3
    assert answered.headers["location"].startswith(notes.redirect_uri)


async def test_nothing_stands_between_a_sign_in_and_the_client(
    browser: Browser, add_client: AddClient, alice: User
) -> None:
    """Where no consent is needed, the password is the last thing that a person is asked."""
    own = await add_client(first_party=True)
    login = await show(browser, own.authorization_url())

    assert isinstance(await browser.sign_in(login, "alice", PASSWORD), Arrival)
