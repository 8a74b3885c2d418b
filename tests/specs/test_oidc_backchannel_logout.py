"""OpenID Connect Back-Channel Logout 1.0: every client of a session is told of its end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.config import Config
from idp.outbox.queue import Kind
from idp.storage.deliveries import list_deliveries
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, AddClient, AddUser, Clock, Configure, SignIn, Tokens
from tests.endpoints.test_end_session import logout_url
from tests.pages.account_page import open_account, open_devices, other_browsers, sign_out
from tests.parties.browser import Browser, Page
from tests.parties.operator import Operator
from tests.parties.process import until
from tests.parties.receiver import Receiver, receiving
from tests.parties.relying_party import RelyingParty, unverified_claims, unverified_header

EVENT = "http://schemas.openid.net/event/backchannel-logout"
NewBrowser = Callable[[], Browser]


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the server reach loopback."""
    return configure(fetch={"allowed_networks": ["127.0.0.0/8"]})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Run a client's server."""
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def rp(add_client: AddClient, receiver: Receiver) -> RelyingParty:
    """Add a client that wants to be told at its server."""
    return await add_client(backchannel_logout_uri=f"{receiver.url()}?tenant=1")


async def log_out(browser: Browser, id_token: str) -> None:
    """Sign out as the client asks for it."""
    await browser.open(logout_url(id_token_hint=id_token))


async def test_2_4_logout_token(
    rp: RelyingParty, receiver: Receiver, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """Who, for whom, when, which session, and the event; never a nonce, and soon expired."""
    id_token = unverified_claims((issued := await tokens(rp))["id_token"])

    await log_out(browser, issued["id_token"])
    await until(lambda: len(receiver.forms) == 1)

    claims = receiver.claims[0]
    assert receiver.forms[0].keys() == {"logout_token"}
    assert receiver.requests[0].startswith("POST /logout?tenant=1 HTTP/1.1\r\n")
    assert unverified_header(receiver.tokens[0])["typ"] == "logout+jwt"
    assert claims.keys() == {"iss", "sub", "aud", "iat", "exp", "jti", "events", "sid"}
    assert (claims["iss"], claims["aud"]) == (ISSUER, rp.client_id)
    assert (claims["sub"], claims["sid"]) == (id_token["sub"], id_token["sid"])
    assert claims["events"] == {EVENT: {}}
    assert 0 < claims["exp"] - claims["iat"] <= 120


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed25519"])
async def test_2_4_signed_as_the_id_token_is(
    add_client: AddClient,
    receiver: Receiver,
    browser: Browser,
    alice: User,
    tokens: Tokens,
    provider: Provider,
    algorithm: str,
) -> None:
    """The client's id_token_signed_response_alg, with a key of the JWKS."""
    rp = await add_client(
        backchannel_logout_uri=receiver.url(), id_token_signed_response_alg=algorithm
    )

    await log_out(browser, (await tokens(rp))["id_token"])
    await until(lambda: len(receiver.forms) == 1)

    jwks = (await rp.http.get("/jwks.json")).json()
    decoded = jwt.decode(receiver.tokens[0], KeySet.import_key_set(jwks), algorithms=[algorithm])
    assert decoded.header["alg"] == algorithm


async def test_2_5_every_client_of_the_session_and_no_other(
    add_client: AddClient,
    receiver: Receiver,
    browser: Browser,
    new_browser: NewBrowser,
    alice: User,
    tokens: Tokens,
    walk: SignIn,
) -> None:
    """Each once, with the same sid; neither other sessions nor clients that did not register."""
    mail, wiki, unused = [
        await add_client(backchannel_logout_uri=receiver.url(f"/{name}")) for name in "abc"
    ]
    silent = await add_client()
    issued = [await tokens(rp) for rp in (mail, wiki, wiki, silent)]
    await walk(unused, browser=new_browser())

    await log_out(browser, issued[0]["id_token"])
    await until(lambda: len(receiver.forms) == 2)

    assert {claims["aud"] for claims in receiver.claims} == {mail.client_id, wiki.client_id}
    assert {claims["sid"] for claims in receiver.claims} == {
        unverified_claims(each["id_token"])["sid"] for each in issued
    }


async def test_2_5_refreshed_id_tokens_name_the_same_session(
    rp: RelyingParty, receiver: Receiver, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """However the client came by its ID token, its sid is that of the logout token."""
    issued = await tokens(rp, scope="openid offline_access")
    refreshed = (await rp.refresh(issued["refresh_token"])).json()

    await log_out(browser, refreshed["id_token"])
    await until(lambda: len(receiver.forms) == 1)

    assert receiver.claims[0]["sid"] == unverified_claims(refreshed["id_token"])["sid"]


@dataclass
class Scene:
    """Who is there when a session ends."""

    provider: Provider
    browser: Browser
    other: Browser
    alice: User
    rp: RelyingParty
    id_token: str


async def by_the_client(scene: Scene) -> None:
    """Follow a client's logout request."""
    await log_out(scene.browser, scene.id_token)


async def by_confirming(scene: Scene) -> None:
    """Open the page and confirm."""
    page = await scene.browser.open("/logout")
    assert isinstance(page, Page)
    await scene.browser.submit(page, "logout-confirm")


async def from_the_account_page(scene: Scene) -> None:
    """Press the button on top of the account page."""
    await scene.browser.submit(await open_account(scene.browser), "logout")


async def from_another_browser(scene: Scene) -> None:
    """End it in the list of sessions, in another browser."""
    page = await open_devices(scene.other)
    await sign_out(scene.other, page, other_browsers(page)[0])


async def by_a_new_password(scene: Scene) -> None:
    """Change the password, by which all sessions end."""
    await Operator(scene.provider).change_password(scene.alice, "a quite different passphrase")


async def by_closing_the_account(scene: Scene) -> None:
    """Disable the user, as the command line does."""
    await Operator(scene.provider).disable_user(scene.alice)


WAYS = (
    by_the_client,
    by_confirming,
    from_the_account_page,
    from_another_browser,
    by_a_new_password,
    by_closing_the_account,
)


async def count_logouts(provider: Provider) -> int:
    """Count what clients were told; people may have been told something, too."""
    deliveries = await provider.database.run(list_deliveries)
    return len([each for each in deliveries if each.kind == Kind.BACKCHANNEL_LOGOUT])


@pytest.mark.parametrize("end", WAYS, ids=lambda end: end.__name__)
async def test_2_5_however_the_session_ends(
    end: Callable[[Scene], Awaitable[None]],
    provider: Provider,
    rp: RelyingParty,
    receiver: Receiver,
    browser: Browser,
    new_browser: NewBrowser,
    alice: User,
    tokens: Tokens,
) -> None:
    """Each way out tells the clients, once."""
    id_token = (await tokens(rp))["id_token"]
    other = new_browser()

    await end(Scene(provider, browser, other, alice, rp, id_token))
    await until(lambda: len(receiver.forms) == 1)

    assert receiver.claims[0]["sid"] == unverified_claims(id_token)["sid"]
    assert await count_logouts(provider) == 1


async def test_2_5_nobody_is_told_twice_or_of_what_ends_by_itself(
    provider: Provider,
    rp: RelyingParty,
    browser: Browser,
    alice: User,
    tokens: Tokens,
    clock: Clock,
) -> None:
    """A session that was left alone until it expired is no logout."""
    await tokens(rp)
    clock.move(40 * 86_400)

    await browser.open("/account")
    await browser.open("/logout")

    assert await provider.database.run(list_deliveries) == []


async def test_2_5_signing_in_again_does_not_end_the_session(
    provider: Provider, rp: RelyingParty, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """The same person stays in the same session: nothing has ended."""
    first = await tokens(rp)

    again = await tokens(rp, prompt="login")

    sids = {unverified_claims(each["id_token"])["sid"] for each in (first, again)}
    assert len(sids) == 1
    assert await provider.database.run(list_deliveries) == []


async def test_2_7_access_ends_with_the_session_unless_it_was_offline(
    rp: RelyingParty, receiver: Receiver, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """Refresh tokens with offline_access go on, all others do not."""
    online = await tokens(rp)
    offline = await tokens(rp, scope="openid offline_access", prompt="consent")

    await log_out(browser, online["id_token"])

    assert (await rp.userinfo(online["access_token"])).status_code == 401
    assert (await rp.refresh(offline["refresh_token"])).status_code == 200


async def test_2_4_logout_token_is_good_for_nothing_else(
    rp: RelyingParty, receiver: Receiver, browser: Browser, alice: User, tokens: Tokens
) -> None:
    """It is no ID token, no access token, and says nothing about anybody."""
    await log_out(browser, (await tokens(rp))["id_token"])
    await until(lambda: len(receiver.forms) == 1)
    token = receiver.tokens[0]

    hint = await browser.open(logout_url(id_token_hint=token))
    arrival: Any = await browser.open(rp.authorization_url(id_token_hint=token, prompt="none"))

    assert isinstance(hint, Page)
    assert hint.status == 400
    assert arrival.params["error"] == "invalid_request"
    assert (await rp.userinfo(token)).status_code == 401
    assert (await rp.introspect(token)).json() == {"active": False}


async def test_2_1_metadata(rp: RelyingParty) -> None:
    """Both are always on."""
    metadata = (await rp.http.get("/.well-known/openid-configuration")).json()

    assert metadata["backchannel_logout_supported"] is True
    assert metadata["backchannel_logout_session_supported"] is True


async def test_2_5_another_person_in_the_same_browser_ends_nothing(
    provider: Provider, rp: RelyingParty, browser: Browser, add_user: AddUser, tokens: Tokens
) -> None:
    """Whoever was signed in before stays signed in beside them."""
    await add_user("alice")
    await add_user("bob")
    await tokens(rp)

    page = await browser.open(rp.authorization_url(prompt="login"))
    assert isinstance(page, Page)
    await browser.sign_in(page, "bob", PASSWORD)

    assert await provider.database.run(list_deliveries) == []
