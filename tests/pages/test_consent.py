"""The consent page: what it asks, what it remembers, and that nobody else can answer it."""

from collections.abc import Callable

import pytest

from idp.pages.consent import describe_scope
from idp.storage.users import User
from idp.users import consents
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, AddUser, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import RelyingParty, unverified_claims

KNOW_YOU = "Know that it is you"
NAME = "See your name and profile"
EMAIL = "See your email address"
STAY = "Stay connected when you are away"
NOTES = "Read your notes"
ALL = (KNOW_YOU, NAME, EMAIL, STAY, NOTES)


async def ask(browser: Browser, rp: RelyingParty, scope: str, **changes: str) -> Page:
    """Open a request that needs consent, signing in if necessary."""
    shown = await browser.open(rp.authorization_url(scope=scope, **changes))
    if isinstance(shown, Page) and "login-page" in shown:
        shown = await browser.sign_in(shown, "alice", PASSWORD)
    assert isinstance(shown, Page)
    assert "consent-page" in shown
    return shown


def asked(page: Page) -> set[str]:
    """Give what a page asks for."""
    return {text for text in ALL if f'class="label">{text}' in page.text}


@pytest.fixture
async def notes(add_client: AddClient) -> RelyingParty:
    """Add a client that may ask for more than the standard scopes."""
    return await add_client(scope="openid profile email offline_access notes.read notes.write")


async def test_deny_tells_the_client_and_remembers_nothing(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """The client hears access_denied; the next time the person is asked again."""
    page = await ask(browser, notes, "openid")

    arrival = await browser.submit(page, "consent-deny")

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "access_denied"
    assert arrival.params["state"] == notes.state
    assert asked(await ask(browser, notes, "openid")) == {KNOW_YOU}


async def test_only_what_is_new_is_asked(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """What was allowed once is remembered, and added to."""
    first = await ask(browser, notes, "openid profile")
    await browser.submit(first, "consent-allow")

    second = await ask(browser, notes, "openid profile email notes.read")
    await browser.submit(second, "consent-allow")
    third = await browser.open(notes.authorization_url(scope="openid profile notes.read"))

    assert asked(first) == {KNOW_YOU, NAME}
    assert "consent-allowed" not in first
    assert asked(second) == {EMAIL, NOTES}
    assert "consent-allowed" in second
    assert isinstance(third, Arrival)
    assert "code" in third.params


async def test_offline_access_is_asked_by_name(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """A person sees that the client stays connected, before it gets a refresh token."""
    await browser.submit(await ask(browser, notes, "openid"), "consent-allow")

    page = await ask(browser, notes, "openid offline_access")
    arrival = await browser.submit(page, "consent-allow")
    assert isinstance(arrival, Arrival)
    tokens = (await notes.exchange(arrival.params["code"])).json()

    assert asked(page) == {STAY}
    assert "refresh_token" in tokens


async def test_consent_is_one_persons_to_one_client(
    browser: Browser,
    new_browser: Callable[[], Browser],
    add_client: AddClient,
    add_user: AddUser,
    walk: SignIn,
) -> None:
    """Neither another person nor another client profits from it."""
    await add_user("alice")
    await add_user("bob")
    one, two = await add_client(), await add_client()
    await walk(one)
    bobs = new_browser()

    login_page = await bobs.open(one.authorization_url())
    assert isinstance(login_page, Page)
    bob_is_asked = await bobs.sign_in(login_page, "bob", PASSWORD)
    alice_is_asked = await browser.open(two.authorization_url())

    assert isinstance(bob_is_asked, Page)
    assert "consent-page" in bob_is_asked
    assert isinstance(alice_is_asked, Page)
    assert "consent-page" in alice_is_asked


async def test_disconnected_client_must_ask_again(
    browser: Browser, notes: RelyingParty, alice: User, walk: SignIn, provider: Provider
) -> None:
    """Consent that was taken back is no more."""
    await walk(notes)
    await provider.database.run(consents.disconnect, alice.user_id, notes.client_id)

    assert asked(await ask(browser, notes, "openid")) == {KNOW_YOU}


async def test_first_party_client_need_not_ask(
    browser: Browser, add_client: AddClient, alice: User
) -> None:
    """The operator's own app goes straight on, unless it wants the page."""
    rp = await add_client(first_party=True)
    login_page = await browser.open(rp.authorization_url())
    assert isinstance(login_page, Page)

    arrival = await browser.sign_in(login_page, "alice", PASSWORD)
    page = await ask(browser, rp, "openid", prompt="consent")

    assert isinstance(arrival, Arrival)
    assert "code" in arrival.params
    assert asked(page) == {KNOW_YOU}


@pytest.mark.parametrize("uri", ["http://127.0.0.1/cb", "com.example.app:/cb"])
async def test_app_that_could_be_any_program_asks_each_time(
    browser: Browser, add_client: AddClient, alice: User, uri: str
) -> None:
    """On the device nobody can tell one public client from another (RFC 8252 §8.6)."""
    rp = await add_client(
        redirect_uris=[uri], application_type="native", token_endpoint_auth_method="none"
    )
    rp.redirect_uri = uri
    await browser.submit(await ask(browser, rp, "openid"), "consent-allow")

    page = await ask(browser, rp, "openid")
    silent = await browser.open(rp.authorization_url(scope="openid", prompt="none"))

    assert asked(page) == {KNOW_YOU}
    assert isinstance(silent, Arrival)
    assert silent.params["error"] == "consent_required"


async def test_form_cannot_be_forged(
    browser: Browser, new_browser: Callable[[], Browser], notes: RelyingParty, alice: User
) -> None:
    """Only our own page in this browser can say yes; a refused try costs the person nothing."""
    page = await ask(browser, notes, "openid")
    other = await new_browser().open(notes.authorization_url())
    assert isinstance(other, Page)
    allow = {"decision": "allow"}
    right = page.forms[0].fields | allow

    tries = [
        await browser.post(page.url, allow),
        await browser.post(page.url, allow | {"csrf": "guess"}),
        await browser.post(page.url, other.forms[0].fields | allow),
        await browser.post(page.url, right, **{"sec-fetch-site": "cross-site"}),
        await browser.post(page.url, right, origin="https://evil.example"),
    ]
    head = await browser.http.head(page.url)

    assert [each.status for each in tries if isinstance(each, Page)] == [403] * len(tries)
    assert head.status_code == 200
    assert asked(await ask(browser, notes, "openid")) == {KNOW_YOU}
    assert isinstance(await browser.submit(page, "consent-allow"), Arrival)


async def test_form_cannot_change_the_request(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """Fields that nobody asked for are not read, in the form or in the address (CWE-472)."""
    page = await ask(browser, notes, "openid")
    more = {
        "scope": "openid email notes.write offline_access",
        "redirect_uri": "https://evil.example/",
        "client_id": "another",
        "state": "another",
        "response_mode": "fragment",
        "code_challenge": "another",
    }
    fields = page.forms[0].fields | {"decision": "allow"} | more

    arrival = await browser.post(f"{page.url}?scope=openid%20email", fields)
    assert isinstance(arrival, Arrival)
    tokens = (await notes.exchange(arrival.params["code"])).json()

    assert arrival.url.startswith(f"{notes.redirect_uri}?")
    assert arrival.params["state"] == notes.state
    assert tokens["scope"] == "openid"


async def test_everything_but_allow_is_no(
    browser: Browser, notes: RelyingParty, alice: User
) -> None:
    """A form without a decision decides nothing in the client's favour."""
    decisions: tuple[dict[str, str], ...] = (
        {},
        {"decision": ""},
        {"decision": "Allow"},
        {"decision": "yes"},
    )
    answers = []

    for decision in decisions:
        page = await ask(browser, notes, "openid")
        answers.append(await browser.post(page.url, page.forms[0].fields | decision))

    told = [each.params.get("error") for each in answers if isinstance(each, Arrival)]
    assert told == ["access_denied"] * len(decisions)


async def test_page_shown_to_one_person_does_not_decide_for_another(
    browser: Browser, notes: RelyingParty, add_user: AddUser, walk: SignIn
) -> None:
    """Whoever has signed in meanwhile is asked anew."""
    await add_user("alice")
    await add_user("bob")
    await walk(notes, scope="openid")
    alices = await browser.open(notes.authorization_url(scope="openid email"))
    assert isinstance(alices, Page)
    login_page = await browser.open(notes.authorization_url(prompt="login"))
    assert isinstance(login_page, Page)
    await browser.sign_in(login_page, "bob", PASSWORD)

    shown = await browser.submit(alices, "consent-allow")

    assert isinstance(shown, Page)
    assert "consent-page" in shown
    assert "bob@example.com" in shown.text


async def test_request_stays_that_of_who_signed_in_for_it(
    browser: Browser, notes: RelyingParty, add_user: AddUser
) -> None:
    """Somebody else who signs in in another tab meanwhile changes nothing."""
    alice = await add_user("alice")
    await add_user("bob")
    alices = await ask(browser, notes, "openid")
    login_page = await browser.open(notes.authorization_url(prompt="login"))
    assert isinstance(login_page, Page)
    await browser.sign_in(login_page, "bob", PASSWORD)

    arrival = await browser.submit(alices, "consent-allow")

    assert isinstance(arrival, Arrival)
    tokens = (await notes.exchange(arrival.params["code"])).json()
    assert unverified_claims(tokens["id_token"])["sub"] == alice.user_id


def test_scope_is_put_in_words() -> None:
    """The standard ones first, then the declared, and a word that nobody explained as it is."""
    scope = frozenset({"notes.read", "zebra", "email", "openid", "offline_access"})

    views = describe_scope(scope, {"notes.read": NOTES})

    assert [view.label for view in views] == [KNOW_YOU, EMAIL, STAY, NOTES, "zebra"]
