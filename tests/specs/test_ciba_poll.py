"""Client-Initiated Backchannel Authentication: a client asks, its person answers elsewhere."""

import asyncio
from collections.abc import Callable

import pytest

from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, AddClient, AddUser, Clock, SignIn
from tests.parties.backchannel import BANK, CIBA, asked, opened
from tests.parties.browser import Browser, Page
from tests.parties.letters import Inbox
from tests.parties.operator import Operator
from tests.parties.relying_party import RelyingParty, unverified_claims

MESSAGE = "Transfer 42: W4SCT"


@pytest.fixture
async def bank(add_client: AddClient) -> RelyingParty:
    """Add a client that polls."""
    return await add_client(**BANK)


async def mailed(letters: Inbox) -> str:
    """Wait for the mail about a request, and give its link."""
    return (await letters.letter_to("alice@example.com", "asks you to confirm")).link


async def test_7_3_acknowledgement(bank: RelyingParty, alice: User) -> None:
    """It has what to poll with, how long, and how often; nobody may keep it."""
    response = await bank.post("/bc-authorize", scope="openid", login_hint="alice")

    body = response.json()
    assert response.headers["cache-control"] == "no-store"
    assert body.keys() == {"auth_req_id", "expires_in", "interval"}
    assert len(body["auth_req_id"]) >= 43
    assert (body["expires_in"], body["interval"]) == (300, 5)


async def test_10_1_tokens_once_allowed(
    bank: RelyingParty, alice: User, browser: Browser, letters: Inbox, clock: Clock
) -> None:
    """The person is mailed a link, sees who asks and the message, and allows it."""
    waiting = await asked(bank, scope="openid offline_access", binding_message=MESSAGE)
    before = await waiting.poll()

    page = await opened(browser, await mailed(letters))
    assert isinstance(page, Page)
    done = await browser.submit(page, "consent-allow")
    tokens = (await waiting.poll()).json()

    assert (before.status_code, before.json()["error"]) == (400, "authorization_pending")
    assert {"consent-page", "consent-binding-message"} <= page.ids
    assert MESSAGE in page.text
    assert "Bank" in page.text
    assert isinstance(done, Page)
    assert "device-done-page" in done
    claims = unverified_claims(tokens["id_token"])
    assert claims["sub"] == alice.user_id
    assert {"auth_time", "sid", "acr", "amr"} <= claims.keys()
    assert (await bank.refresh(tokens["refresh_token"])).status_code == 200


async def test_7_1_by_id_token_hint(
    add_client: AddClient, alice: User, browser: Browser, letters: Inbox
) -> None:
    """An ID token of before says who is meant, also to a client that sees pairwise subjects."""
    for subject_type in ("public", "pairwise"):
        metadata = BANK | {
            "grant_types": [CIBA],
            "redirect_uris": ["https://bank.example/callback"],
            "subject_type": subject_type,
        }
        rp = await add_client(**metadata)
        first = await asked(rp)
        page = await opened(browser, await mailed(letters))
        assert isinstance(page, Page)
        await browser.submit(page, "consent-allow")
        id_token = (await first.poll()).json()["id_token"]

        again = await asked(rp, login_hint=None, id_token_hint=id_token)

        page = await opened(browser, await mailed(letters))
        assert isinstance(page, Page)
        await browser.submit(page, "consent-allow")
        claims = unverified_claims((await again.poll()).json()["id_token"])
        assert claims["sub"] == unverified_claims(id_token)["sub"]


async def test_8_waiting_requests_are_on_a_page(
    bank: RelyingParty, rp: RelyingParty, alice: User, browser: Browser, walk: SignIn
) -> None:
    """Whoever gets no mail finds them in their account, and answers there."""
    await walk(rp)
    empty = await browser.open("/account/requests")
    waiting = await asked(bank, login_hint="alice@example.com", binding_message=MESSAGE)

    page = await browser.open("/account/requests")
    assert isinstance(page, Page)
    link = page.text.split('href="/request/', 1)[1].split('"')[0]
    shown = await browser.open(f"/request/{link}")
    assert isinstance(shown, Page)
    await browser.submit(shown, "consent-allow")
    after = await browser.open("/account/requests")

    assert isinstance(empty, Page)
    assert isinstance(after, Page)
    assert "Nothing waits for you." in empty.text
    assert MESSAGE in page.text
    assert "Nothing waits for you." in after.text
    assert (await waiting.poll()).status_code == 200


async def test_8_nobody_else_allows_it(
    bank: RelyingParty, alice: User, add_user: AddUser, browser: Browser, letters: Inbox
) -> None:
    """Another person who has the link is asked to sign in as the one who is meant."""
    await add_user("bob")
    waiting = await asked(bank)

    shown = await opened(browser, await mailed(letters), "bob")

    assert isinstance(shown, Page)
    assert "login-page" in shown
    consented = await browser.sign_in(shown, "alice", PASSWORD)
    assert isinstance(consented, Page)
    assert "consent-page" in consented
    assert (await waiting.poll()).json()["error"] == "authorization_pending"


async def test_8_link_is_good_until_it_was_answered(
    bank: RelyingParty, alice: User, browser: Browser, letters: Inbox
) -> None:
    """Afterwards, and with a link that was made up, there is nothing to see."""
    await asked(bank)
    link = await mailed(letters)
    page = await opened(browser, link)
    assert isinstance(page, Page)
    await browser.submit(page, "consent-allow")

    for address in (link, f"{ISSUER}/request/00", f"{ISSUER}/request/nonsense"):
        shown = await browser.open(address)
        assert isinstance(shown, Page)
        assert "error-page" in shown


async def test_11_access_denied(
    bank: RelyingParty, alice: User, browser: Browser, letters: Inbox
) -> None:
    """Who presses Cancel ends it."""
    waiting = await asked(bank)
    page = await opened(browser, await mailed(letters))
    assert isinstance(page, Page)

    await browser.submit(page, "consent-deny")

    assert (await waiting.poll()).json()["error"] == "access_denied"


async def test_11_expired_token(bank: RelyingParty, alice: User, clock: Clock) -> None:
    """What nobody has answered in time is over; a client may want less time, not more."""
    usual, short = await asked(bank), await asked(bank, requested_expiry="30")
    long = await asked(bank, requested_expiry="100000")

    clock.move(31)
    early = (await usual.poll()).json()["error"]
    clock.move(270)

    assert (short.expires_in, long.expires_in) == (30, 300)
    assert early == "authorization_pending"
    for waiting in (usual, short, long):
        assert (await waiting.poll()).json()["error"] == "expired_token"


async def test_11_slow_down(bank: RelyingParty, alice: User, clock: Clock) -> None:
    """The rules of polling are those of devices."""
    waiting = await asked(bank)

    first, too_soon = [(await waiting.poll()).json()["error"] for _ in range(2)]
    clock.move(10)
    right = (await waiting.poll()).json()["error"]

    assert (first, too_soon, right) == (
        "authorization_pending",
        "slow_down",
        "authorization_pending",
    )


async def test_11_auth_req_id_is_good_once(
    bank: RelyingParty, alice: User, browser: Browser, letters: Inbox
) -> None:
    """Of two polls at once, one has the tokens."""
    waiting = await asked(bank)
    page = await opened(browser, await mailed(letters))
    assert isinstance(page, Page)
    await browser.submit(page, "consent-allow")

    answers = await asyncio.gather(waiting.poll(), waiting.poll())

    assert sorted(each.status_code for each in answers) == [200, 400]


async def test_11_auth_req_id_is_its_clients_and_its_grant_types(
    bank: RelyingParty, add_client: AddClient, alice: User
) -> None:
    """Another client has no use for it, and it is no device code."""
    device_code = "urn:ietf:params:oauth:grant-type:device_code"
    other = await add_client(**BANK)
    both = await add_client(**BANK | {"grant_types": [CIBA, device_code]})
    waiting, of_both = await asked(bank), await asked(both)

    foreign = await waiting.poll(other)
    mistaken = await both.token(grant_type=device_code, device_code=of_both.auth_req_id)

    for response in (foreign, mistaken):
        assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


async def test_10_1_nothing_for_a_closed_account(
    bank: RelyingParty, alice: User, browser: Browser, letters: Inbox, provider: Provider
) -> None:
    """What was allowed is looked at once more when it is fetched."""
    waiting = await asked(bank)
    page = await opened(browser, await mailed(letters))
    assert isinstance(page, Page)
    await browser.submit(page, "consent-allow")

    await Operator(provider).disable_user(alice)

    assert (await waiting.poll()).json()["error"] == "invalid_grant"


async def test_7_1_acr_values_are_asked_for(
    bank: RelyingParty,
    alice: User,
    browser: Browser,
    new_browser: Callable[[], Browser],
    letters: Inbox,
) -> None:
    """What the client asks of the sign-in is in the ID token, if it was reached."""
    acr = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    waiting = await asked(bank, acr_values=acr)
    page = await opened(browser, await mailed(letters))
    assert isinstance(page, Page)

    await browser.submit(page, "consent-allow")

    assert unverified_claims((await waiting.poll()).json()["id_token"])["acr"] == acr


async def test_4_metadata(bank: RelyingParty) -> None:
    """The endpoint, the modes and the grant type are in the metadata."""
    metadata = (await bank.http.get("/.well-known/openid-configuration")).json()

    assert metadata["backchannel_authentication_endpoint"] == f"{ISSUER}/bc-authorize"
    assert metadata["backchannel_token_delivery_modes_supported"] == ["poll", "ping"]
    assert metadata["backchannel_user_code_parameter_supported"] is True
    assert CIBA in metadata["grant_types_supported"]
