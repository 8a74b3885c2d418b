"""Errors that are sent to the client (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6, RFC 9207 §2)."""

import re

import pytest

from idp.storage.users import User
from tests.conftest import ISSUER, PASSWORD, AddClient, AddUser, SignIn
from tests.endpoints.test_authorization import read
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

STATE = 'a b&error="none"\u00e9'

# What an error_description may be made of (RFC 6749 §4.1.2.1).
DESCRIPTION = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]+")

# What is wrong with a request, by the error that says so; nobody is signed in.
WRONG: dict[str, dict[str, str | None]] = {
    "invalid_request": {"max_age": "soon"},
    "unsupported_response_type": {"response_type": "token"},
    "invalid_scope": {"scope": "nothing:registered"},
    "login_required": {"prompt": "none"},
    "invalid_request_object": {"request": "e.e.e"},
    "invalid_request_uri": {"request_uri": "https://rp.example/request.jwt"},
    "registration_not_supported": {"registration": "{}"},
    "unmet_authentication_requirements": {
        "claims": '{"id_token": {"acr": {"essential": true, "value": "urn:example:gold"}}}'
    },
}

modes = pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])


def check(shown: Page | Arrival, error: str, mode: str) -> None:
    """See that the client is told the error and who says so, in its mode, and nothing more."""
    address, params = read(shown)
    assert address == REDIRECT_URI
    assert isinstance(shown, Page) == (mode == "form_post")
    assert isinstance(shown, Page) or ("#" in shown.url) == (mode == "fragment")
    assert DESCRIPTION.fullmatch(params.pop("error_description"))
    assert params == {"error": error, "state": STATE, "iss": ISSUER}


@modes
@pytest.mark.parametrize("error", WRONG)
async def test_request_that_is_wrong(
    rp: RelyingParty, browser: Browser, error: str, mode: str
) -> None:
    """Each has its code, and its text is one that RFC 6749 lets through."""
    if error == "unsupported_response_type" and mode == "query":
        mode = "fragment"  # where who asks for a token looks, whatever it says
    url = rp.authorization_url(response_mode=mode, state=STATE, **WRONG[error])

    shown = await browser.open(url)

    check(shown, error, mode)


@modes
async def test_client_that_may_not_ask(add_client: AddClient, browser: Browser, mode: str) -> None:
    """A client that acts for itself gets no code: unauthorized_client."""
    machine = {"grant_types": ["client_credentials"], "response_types": [], "scope": "notes.read"}
    rp = await add_client(**machine)

    shown = await browser.open(rp.authorization_url(response_mode=mode, state=STATE))

    check(shown, "unauthorized_client", mode)


@modes
async def test_person_who_has_not_allowed_it(
    rp: RelyingParty, alice: User, browser: Browser, walk: SignIn, mode: str
) -> None:
    """Without a page nobody can allow more than before: consent_required."""
    await walk(rp, scope="openid")
    asked = {"prompt": "none", "scope": "openid email"}

    shown = await browser.open(rp.authorization_url(response_mode=mode, state=STATE, **asked))

    check(shown, "consent_required", mode)


@modes
async def test_person_who_would_have_to_set_something_up(
    add_client: AddClient, alice: User, browser: Browser, walk: SignIn, mode: str
) -> None:
    """A second factor is set up on a page: interaction_required."""
    await walk(await add_client())
    rp = await add_client(require_second_factor=True)

    shown = await browser.open(rp.authorization_url(response_mode=mode, state=STATE, prompt="none"))

    check(shown, "interaction_required", mode)


@modes
async def test_person_who_would_have_to_choose(
    rp: RelyingParty, add_user: AddUser, browser: Browser, walk: SignIn, mode: str
) -> None:
    """Of two accounts in the browser the active one was signed out: account_selection_required."""
    for name in ("alice", "bob"):
        await add_user(name)
        await walk(rp, name, prompt="login")
    page = await browser.open("/logout")
    assert isinstance(page, Page)
    await browser.submit(page, "logout-confirm")

    shown = await browser.open(rp.authorization_url(response_mode=mode, state=STATE, prompt="none"))

    check(shown, "account_selection_required", mode)


@modes
@pytest.mark.parametrize("button", ["login-cancel", "consent-deny"])
async def test_person_who_says_no(
    rp: RelyingParty, alice: User, browser: Browser, button: str, mode: str
) -> None:
    """On either page: access_denied."""
    shown = await browser.open(rp.authorization_url(response_mode=mode, state=STATE))
    assert isinstance(shown, Page)
    if button not in shown:
        shown = await browser.sign_in(shown, "alice", PASSWORD)
        assert isinstance(shown, Page)

    shown = await browser.submit(shown, button)

    check(shown, "access_denied", mode)
