"""A client_id that is the URL of the client's metadata (Client ID Metadata Documents §3-§8)."""

import ssl
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.config import Config
from idp.storage.audit_events import audit_events
from idp.storage.clients import list_client_rows
from idp.storage.database import db
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import PASSWORD, Clock, Configure, SignIn, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.clients import KEY, AssertingClient
from tests.parties.documented import (
    HOST,
    Publisher,
    program,
    publisher,
    publishing,
    server_tls,
    taking_documents,
)
from tests.parties.pushing import pushed_url
from tests.parties.relying_party import unverified_claims

__all__ = ["publisher", "server_tls"]

MINUTE, HOUR, DAY = 60, 3600, 86_400
OFFLINE = "openid offline_access notes.read"


@pytest.fixture
def config(configure: Configure, server_tls: ssl.SSLContext, tmp_path: Path) -> Config:
    """Take clients with documents."""
    return taking_documents(configure, tmp_path)


async def stored(provider: Provider, client_id: str) -> Client:
    """Give a client as the server knows it."""
    client = await provider.database.run(find_client, client_id)
    assert client is not None
    return client


async def test_6_the_metadata_says_so(http: httpx2.AsyncClient) -> None:
    """client_id_metadata_document_supported, where clients look before they send anybody."""
    for name in ("openid-configuration", "oauth-authorization-server"):
        document = (await http.get(f"/.well-known/{name}")).json()
        assert document["client_id_metadata_document_supported"] is True


async def test_a_program_signs_somebody_in_that_nobody_registered(
    http: httpx2.AsyncClient, publisher: Publisher, alice: User, tokens: Tokens
) -> None:
    """By loopback at whatever port, with PKCE; it refreshes, and is who its URL says."""
    client_id = publisher.publish()
    rp = program(http, client_id)

    issued = await tokens(rp, scope=OFFLINE)
    refreshed = (await rp.refresh(issued["refresh_token"])).json()

    assert unverified_claims(issued["id_token"])["aud"] == client_id
    assert unverified_claims(refreshed["access_token"])["client_id"] == client_id
    assert refreshed["scope"].split() == sorted(OFFLINE.split())
    assert (await rp.userinfo(refreshed["access_token"])).json()["sub"] == alice.user_id
    assert publisher.asked == ["/notes.json"]
    assert "authorization" not in publisher.server.requests[0].lower()


async def test_a_page_of_another_origin_may_redeem_its_code(
    http: httpx2.AsyncClient, publisher: Publisher, alice: User, walk: SignIn
) -> None:
    """A client that runs in a browser has nobody else to do it (Fetch, CORS)."""
    redirect_uri = f"https://app.{HOST}/callback"
    rp = program(http, publisher.publish(redirect_uris=[redirect_uri]), redirect_uri=redirect_uri)
    http.headers["Origin"] = f"https://app.{HOST}"

    answer = await rp.exchange((await walk(rp)).params["code"])

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("key", ["jwks", "jwks_uri"])
async def test_8_2_a_client_with_a_key_authenticates_by_it(
    http: httpx2.AsyncClient,
    publisher: Publisher,
    server_tls: ssl.SSLContext,
    alice: User,
    walk: SignIn,
    config: Config,
    key: str,
) -> None:
    """private_key_jwt; its client_id alone is not enough any more."""
    jwks = {"keys": [KEY.as_dict(private=False)]}
    async with publishing(server_tls) as key_server:
        key_server.publish(**jwks)
        keys = {"jwks": jwks} if key == "jwks" else {"jwks_uri": f"{key_server.origin}/jwks"}
        client_id = publisher.publish(token_endpoint_auth_method="private_key_jwt", **keys)
        rp = program(http, client_id)
        form = {
            "grant_type": "authorization_code",
            "code": (await walk(rp)).params["code"],
            "redirect_uri": rp.redirect_uri,
            "code_verifier": rp.code_verifier,
        }
        unauthenticated = await rp.token(**form)
        asserting = AssertingClient(http, client_id, config.issuer)
        authenticated = await asserting.post("/token", asserting.sign(), **form)

    assert unauthenticated.json()["error"] == "invalid_client"
    assert authenticated.status_code == 200, authenticated.text


async def test_8_5_people_see_the_host_and_where_they_are_sent(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, alice: User
) -> None:
    """The name is what the client says; the host is what was seen, and stands first."""
    rp = program(http, publisher.publish(client_name="Bank of Notes"))

    login = await browser.open(rp.authorization_url())
    assert isinstance(login, Page)
    page = await browser.sign_in(login, "alice", PASSWORD)

    assert isinstance(page, Page)
    heading = page.text.index(f"<bdi>{HOST}</bdi>")
    name = page.text.index("calls itself “<bdi>Bank of Notes</bdi>”")
    destination = page.text.index("<bdi>this computer</bdi>")
    assert heading < name < page.text.index("unverified") < destination


async def test_people_are_asked_whatever_the_document_says(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, alice: User
) -> None:
    """What an operator alone may say of a client does not count here."""
    flags = {"first_party": True, "resource_server": True, "require_pkce": False}
    rp = program(http, publisher.publish(**flags))

    login = await browser.open(rp.authorization_url())
    assert isinstance(login, Page)
    page = await browser.sign_in(login, "alice", PASSWORD)
    without_pkce = await browser.open(
        rp.authorization_url(code_challenge=None, code_challenge_method=None)
    )

    assert isinstance(page, Page)
    assert "consent-page" in page
    assert isinstance(without_pkce, Arrival)
    assert without_pkce.params["error"] == "invalid_request"


async def test_what_a_client_may_not_have_here_is_left_out(
    http: httpx2.AsyncClient, publisher: Publisher, provider: Provider, alice: User, tokens: Tokens
) -> None:
    """It is written for all servers: a grant type of others is no reason to refuse it."""
    jwt_bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    client_id = publisher.publish(
        grant_types=["authorization_code", "refresh_token", jwt_bearer, "client_credentials"],
        response_types=["code", "code token"],
        scope="openid offline_access notes.read notes.write mcp:tools",
        redirect_uris=["http://127.0.0.1/callback", "https://else.example/cb", "cursor://notes"],
    )

    await tokens(program(http, client_id), scope="openid")

    client = await stored(provider, client_id)
    assert client.grant_types == {"authorization_code", "refresh_token"}
    assert client.response_types == {"code"}
    assert client.scope == {"openid", "offline_access", "notes.read"}
    assert client.redirect_uris == ("http://127.0.0.1/callback",)


async def test_5_2_a_document_is_kept_as_its_server_says(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, clock: Clock
) -> None:
    """max-age counts, so that not every sign-in tells the client's server of itself (§9.1)."""
    rp = program(http, publisher.publish(headers={"Cache-Control": "public, max-age=7200"}))

    for seconds in (0, 2 * HOUR - MINUTE, 2 * MINUTE):
        clock.move(seconds)
        await browser.open(rp.authorization_url())

    assert len(publisher.asked) == 2


async def test_5_2_what_has_changed_counts_when_it_was_read(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    provider: Provider,
    clock: Clock,
) -> None:
    """The client is changed, and not another one; an unchanged document is no event."""
    client_id = publisher.publish()
    rp = program(http, client_id)
    await browser.open(rp.authorization_url())

    publisher.publish(client_name="Renamed")
    for _ in range(2):
        clock.move(2 * HOUR)
        await browser.open(rp.authorization_url())

    assert (await stored(provider, client_id)).client_name == "Renamed"
    events = select(audit_events.c.name).where(audit_events.c.client_id == client_id)
    names = await provider.database.run(lambda: db().scalars(events).all())
    assert sorted(names) == ["client_added", "client_changed"]


async def test_5_tokens_are_refreshed_while_the_document_cannot_be_had(
    http: httpx2.AsyncClient, publisher: Publisher, alice: User, tokens: Tokens, clock: Clock
) -> None:
    """For a week, since nobody is shown anything; then the client is nobody's any more."""
    rp = program(http, publisher.publish())
    issued = await tokens(rp, scope=OFFLINE)
    publisher.answer("", status="503 Service Unavailable")

    clock.move(6 * DAY)
    refreshed = await rp.refresh(issued["refresh_token"])
    clock.move(2 * DAY)
    refused = await rp.refresh(refreshed.json()["refresh_token"])

    assert refreshed.status_code == 200
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


async def test_5_2_a_redirect_uri_that_is_gone_is_refused(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    provider: Provider,
    alice: User,
    clock: Clock,
) -> None:
    """A redirect URI that the document has no more is refused from when that was read."""
    rp = program(http, publisher.publish())
    await browser.open(rp.authorization_url())
    publisher.publish(redirect_uris=[f"https://{HOST}/callback"])
    clock.move(2 * HOUR)

    shown = await browser.open(rp.authorization_url())

    assert isinstance(shown, Page)
    assert "redirect_uri is not in the document at client_id" in shown.text
    assert len(await provider.database.run(list_client_rows)) == 1


async def test_a_program_that_nobody_registered_may_push_its_request(
    http: httpx2.AsyncClient, publisher: Publisher, alice: User, browser: Browser
) -> None:
    """Its document is read when it pushes, which may be the first time that it comes (RFC 9126)."""
    rp = program(http, publisher.publish())

    login = await browser.open(await pushed_url(rp, scope=OFFLINE))

    assert isinstance(login, Page)
    assert "login-page" in login
