"""The login page, on its own and as a step of an authorization request."""

import re
from collections.abc import Callable
from functools import partial

from idp.storage.users import User
from idp.users.accounts import disable_account
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddUser, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty

FULL_WIDTH = "\uff41\uff4c\uff49\uff43\uff45"
SCRIPT = '"><script>alert(1)</script>'
CHALLENGE = re.compile(r'data-passkey-request="[^"]*"')


async def login_page(browser: Browser, url: str = "/login") -> Page:
    """Open the login page."""
    page = await browser.open(url)
    assert isinstance(page, Page)
    assert "login-page" in page
    return page


async def test_a_person_signs_in_by_either_name(
    new_browser: Callable[[], Browser], alice: User
) -> None:
    """User name and email address, however they are typed, lead to the account."""
    names = ("alice", "ALICE", " alice ", "alice@example.com", "Alice@EXAMPLE.com", FULL_WIDTH)

    for typed in names:
        browser = new_browser()
        shown = await browser.sign_in(await login_page(browser), typed, PASSWORD)

        assert isinstance(shown, Page)
        assert "account-page" in shown, typed


async def test_the_form_is_answered_with_a_redirect(browser: Browser, alice: User) -> None:
    """303, so that a reload sends no password again (RFC 9700 §4.12)."""
    page = await login_page(browser)
    typed = page.forms[0].fields | {"username": "alice", "password": PASSWORD}

    response = await browser.http.post("/login", data=typed)

    assert response.status_code == 303
    assert response.headers["Location"] == "/account"
    assert response.headers["Cache-Control"] == "no-store"


async def test_all_ways_to_fail_look_alike(
    browser: Browser, add_user: AddUser, provider: Provider
) -> None:
    """Nobody learns which accounts exist, are disabled, or have no password (CVE-2025-69413)."""
    await add_user("right")
    await add_user("empty", password=None)
    disabled = await add_user("shut1")
    await provider.database.run(disable_account, disabled.user_id)
    page = await login_page(browser)

    seen = set()
    for username, password in (
        ("right", "wrong" * 5),
        ("right", ""),
        ("right", PASSWORD + " "),
        ("right", PASSWORD.upper()),
        ("right", "x" * 60_000),
        ("right", "\ud7ff"),
        ("nobod", PASSWORD),
        ("shut1", PASSWORD),
        ("empty", PASSWORD),
        ("", PASSWORD),
    ):
        shown = await browser.sign_in(page, username, password)
        assert isinstance(shown, Page)
        text = shown.text.replace(f'value="{username}"', 'value=""').replace("autofocus", "")
        text = CHALLENGE.sub("", text)  # a new one each time
        ignored = {"x-request-id", "content-length"}
        headers = tuple(sorted((k, v) for k, v in shown.headers.items() if k not in ignored))
        seen.add((shown.status, "".join(text.split()), headers))

    ((status, text, _),) = seen
    assert status == 401
    assert 'id="login-error"' in text
    assert "__Host-idp-session" not in browser.cookies


async def test_no_user_name_does_any_harm(browser: Browser, alice: User) -> None:
    """Whatever is typed into the field is only text, and the right name works afterwards."""
    shown: Page | Arrival = await login_page(browser)

    for username in ("a" * 60_000, SCRIPT, "*)(uid=*", "alice\u202e", "\u0130"):
        assert isinstance(shown, Page)
        shown = await browser.sign_in(shown, username, PASSWORD)
        assert isinstance(shown, Page)
        assert shown.status == 401
        assert "<script>" not in shown.text

    assert "account-page" in await browser.sign_in(shown, "alice", PASSWORD)


async def test_the_password_is_never_shown_again(browser: Browser, alice: User) -> None:
    """A page that comes back has the name in it, not the password."""
    page = await login_page(browser)

    shown = await browser.sign_in(page, "alice", "this is the wrong one")

    assert isinstance(shown, Page)
    assert shown.forms[0].fields["username"] == "alice"
    assert "this is the wrong one" not in shown.text


async def test_who_is_signed_in_is_sent_to_the_account_page(browser: Browser, alice: User) -> None:
    """The login page alone is of no use to them."""
    await browser.sign_in(await login_page(browser), "alice", PASSWORD)

    shown = await browser.open("/login")

    assert isinstance(shown, Page)
    assert "account-page" in shown


async def test_login_hint_is_filled_in(browser: Browser, rp: RelyingParty) -> None:
    """The client may know who will sign in (OIDC Core §3.1.2.1)."""
    page = await login_page(browser, rp.authorization_url(login_hint='al"ice@example.com'))

    assert page.forms[0].fields["username"] == 'al"ice@example.com'


async def test_signing_in_again_says_why(browser: Browser, rp: RelyingParty, alice: User) -> None:
    """A person who is signed in reads that they are asked once more, and finds their name."""
    await browser.sign_in(await login_page(browser), "alice", PASSWORD)

    page = await login_page(browser, rp.authorization_url(prompt="login"))

    assert "login-reason" in page
    assert page.forms[0].fields["username"] == "alice"


async def test_a_wrong_password_does_not_end_the_request(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """After any number of mistakes the person still arrives where they were going."""
    page = await login_page(browser, rp.authorization_url())
    for _ in range(3):
        shown = await browser.sign_in(page, "alice", "wrong")
        assert isinstance(shown, Page)
        assert shown.status == 401

    consent = await browser.sign_in(shown, "alice", PASSWORD)

    assert isinstance(consent, Page)
    arrival = await browser.submit(consent, "consent-allow")
    assert isinstance(arrival, Arrival)
    assert arrival.params["state"] == rp.state


async def test_pressing_the_button_twice_signs_in(
    browser: Browser, rp: RelyingParty, alice: User
) -> None:
    """A double click sends the form twice and does no harm."""
    page = await login_page(browser, rp.authorization_url())
    typed = page.forms[0].fields | {"username": "alice", "password": PASSWORD}
    first = await browser.http.post(page.url, data=typed)
    browser.cookies.delete("__Host-idp-session")  # the browser has not read the first answer

    second = await browser.http.post(page.url, data=typed)

    assert (first.status_code, second.status_code) == (303, 303)
    consent = await browser.open(second.headers["Location"])
    assert isinstance(consent, Page)
    assert "consent-page" in consent


async def test_the_register_link_is_there_only_if_there_is_such_a_page(browser: Browser) -> None:
    """Where administrators make the accounts, nothing points to a page that is not there."""
    page = await login_page(browser)

    assert "/register" not in page.text


async def test_a_disabled_person_is_signed_out_everywhere(
    browser: Browser, alice: User, provider: Provider
) -> None:
    """A session does not outlive its account."""
    await browser.sign_in(await login_page(browser), "alice", PASSWORD)

    await provider.database.run(partial(disable_account, alice.user_id))

    assert "login-page" in await login_page(browser, "/account")


async def test_page_says_why_somebody_has_to_sign_in_again(
    browser: Browser,
    new_browser: Callable[[], Browser],
    rp: RelyingParty,
    add_user: AddUser,
    walk: SignIn,
    tokens: Tokens,
) -> None:
    """It fills in who is meant, and nobody where it does not know."""
    await add_user("alice")
    await add_user("bob")
    alices = (await tokens(rp, username="alice"))["id_token"]
    again = await login_page(browser, rp.authorization_url(prompt="login"))
    too_old = await login_page(browser, rp.authorization_url(max_age="0"))
    bobs_browser = new_browser()
    await walk(rp, "bob", browser=bobs_browser)
    other = await login_page(bobs_browser, rp.authorization_url(id_token_hint=alices))

    assert "Please sign in again" in again.text
    assert again.forms[0].fields["username"] == "alice"
    assert "You signed in a while ago" in too_old.text
    assert too_old.forms[0].fields["username"] == "alice"
    assert "with another account" in other.text
    assert other.forms[0].fields["username"] == ""
