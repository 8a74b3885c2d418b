"""`prompt`, `max_age` and the hints: what a client may ask of a sign-in (OIDC Core §3.1.2.1)."""

from collections.abc import Callable
from typing import Any

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, AddUser, Clock, Configure, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

TWO_DAYS = 2 * 86_400


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let people register, which `prompt=create` is about."""
    return configure(registration={"mode": "open", "verify_email": False})


async def id_token(rp: RelyingParty, arrival: Page | Arrival) -> dict[str, Any]:
    """Redeem the code, and give the claims of its ID token."""
    assert isinstance(arrival, Arrival)
    response = await rp.exchange(arrival.params["code"])
    return unverified_claims(response.json()["id_token"])


async def open_page(browser: Browser, rp: RelyingParty, **changes: str | None) -> Page:
    """Open a request that shows a page."""
    shown = await browser.open(rp.authorization_url(**changes))
    assert isinstance(shown, Page)
    return shown


async def test_none_answers_at_once(
    browser: Browser, add_client: AddClient, alice: User, walk: SignIn, clock: Clock
) -> None:
    """Without a page: who must sign in, what must be allowed, and else the code."""
    rp, other = await add_client(), await add_client()
    answers = []

    answers.append(await browser.open(rp.authorization_url(prompt="none")))
    await walk(rp, scope="openid")
    answers.append(await browser.open(other.authorization_url(prompt="none")))
    answers.append(await browser.open(rp.authorization_url(prompt="none")))
    answers.append(await browser.open(rp.authorization_url(prompt="none", scope="openid")))
    clock.move(TWO_DAYS)
    answers.append(await browser.open(rp.authorization_url(prompt="none", scope="openid")))

    told = [each.params.get("error") for each in answers if isinstance(each, Arrival)]
    assert told == [
        "login_required",
        "consent_required",
        "consent_required",
        None,
        "login_required",
    ]


async def test_login_asks_for_the_password_again(
    browser: Browser, rp: RelyingParty, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """An older session is not enough; the new one has a new auth_time and the same sid."""
    before = unverified_claims((await tokens(rp))["id_token"])
    clock.move(60)

    page = await open_page(browser, rp, prompt="login")
    assert "login-page" in page
    # Going back to the request without signing in does not help.
    again = await browser.open(page.url.replace("/login/", "/authorize/"))
    assert isinstance(again, Page)
    assert "login-page" in again
    after = await id_token(rp, await browser.sign_in(again, "alice", PASSWORD))

    assert after["auth_time"] >= before["auth_time"] + 60
    assert after["sid"] == before["sid"]


async def test_login_by_another_person_is_that_persons(
    browser: Browser, rp: RelyingParty, add_user: AddUser, tokens: Tokens
) -> None:
    """Who signs in instead gets a session of their own, and decides for themselves."""
    alice, bob = await add_user("alice"), await add_user("bob")
    before = unverified_claims((await tokens(rp))["id_token"])

    page = await open_page(browser, rp, prompt="login")
    consent_page = await browser.sign_in(page, "bob", PASSWORD)
    assert isinstance(consent_page, Page)
    after = await id_token(rp, await browser.submit(consent_page, "consent-allow"))

    assert (before["sub"], after["sub"]) == (alice.user_id, bob.user_id)
    assert after["sid"] != before["sid"]


@pytest.mark.parametrize("registered", [False, True], ids=["max_age", "default_max_age"])
async def test_sign_in_must_not_be_older_than_max_age(
    browser: Browser,
    add_client: AddClient,
    alice: User,
    tokens: Tokens,
    clock: Clock,
    registered: bool,
) -> None:
    """In time it is silent, then it asks, and then it goes on; also if registered so."""
    rp = await add_client(**({"default_max_age": 300} if registered else {}))
    changes = {} if registered else {"max_age": "300"}
    before = unverified_claims((await tokens(rp))["id_token"])

    clock.move(240)
    silent = await browser.open(rp.authorization_url(**changes))
    clock.move(60)
    page = await open_page(browser, rp, **changes)
    after = await id_token(rp, await browser.sign_in(page, "alice", PASSWORD))

    assert isinstance(silent, Arrival)
    assert "login-page" in page
    assert after["auth_time"] >= before["auth_time"] + 300


async def test_max_age_of_nothing_asks_each_time_and_once(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """`max_age=0` is as good as `prompt=login`, and does not ask in a circle."""
    await walk(rp)

    page = await open_page(browser, rp, max_age="0")
    arrival = await browser.sign_in(page, "alice", PASSWORD)

    assert "login-page" in page
    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params


async def test_consent_asks_again(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """`prompt=consent` shows the page although all was allowed before."""
    await walk(rp)

    page = await open_page(browser, rp, prompt="consent")
    arrival = await browser.submit(page, "consent-allow")

    assert "consent-page" in page
    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params


async def test_all_pages_come_one_after_another(
    browser: Browser, rp: RelyingParty, alice: User, walk: SignIn
) -> None:
    """Several values ask for several pages, and first for whose they are."""
    await walk(rp)

    chooser = await open_page(browser, rp, prompt="login select_account consent")
    page = await browser.submit(chooser, "select-account-continue")
    assert isinstance(page, Page)
    consent_page = await browser.sign_in(page, "alice", PASSWORD)
    assert isinstance(consent_page, Page)
    arrival = await browser.submit(consent_page, "consent-allow")

    assert "select-account-page" in chooser
    assert "login-page" in page
    assert page.forms[0].fields["username"] == "alice"
    assert "consent-page" in consent_page
    assert isinstance(arrival, Arrival)


async def test_create_opens_the_registration_page(browser: Browser, rp: RelyingParty) -> None:
    """A person without an account makes one and goes on, without signing in once more."""
    page = await open_page(browser, rp, prompt="create")
    assert "register-page" in page

    typed = {"username": "carol", "email": "carol@example.com", "name": "Carol"}
    consent_page = await browser.submit(page, "register-submit", **typed, password=PASSWORD)
    assert isinstance(consent_page, Page)
    claims = await id_token(rp, await browser.submit(consent_page, "consent-allow"))

    assert claims["nonce"] == rp.nonce


async def test_another_user_than_hinted_must_sign_in(
    browser: Browser,
    new_browser: Callable[[], Browser],
    rp: RelyingParty,
    add_user: AddUser,
    tokens: Tokens,
) -> None:
    """Only the hinted user ends the request; without pages the client is told."""
    await add_user("alice")
    bob = await add_user("bob")
    bobs = (await tokens(rp, username="bob", browser=new_browser()))["id_token"]
    page = await open_page(browser, rp, prompt="login")
    assert isinstance(await browser.sign_in(page, "alice", PASSWORD), Page)

    silent = await browser.open(rp.authorization_url(id_token_hint=bobs, prompt="none"))
    page = await open_page(browser, rp, id_token_hint=bobs)
    wrong = await browser.sign_in(page, "alice", PASSWORD)
    assert isinstance(wrong, Page)
    right = await id_token(rp, await browser.sign_in(wrong, "bob", PASSWORD))

    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "login_required"
    assert "login-page" in wrong
    assert right["sub"] == bob.user_id


async def test_login_hint_is_filled_in(browser: Browser, rp: RelyingParty) -> None:
    """The person finds the name typed already, whatever it is made of."""
    hint = 'alice"><script>@example.com'

    page = await open_page(browser, rp, login_hint=hint)

    (form,) = page.forms
    assert form.fields["username"] == hint
    assert "<script>" not in page.text
