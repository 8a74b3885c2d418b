"""Keys that a client's server publishes, and what becomes of a request without (OIDC Core §10.2.1).

Whatever the client asks for, it is told before anything is spent.
"""

from collections.abc import AsyncIterator

import pytest
from joserfc.jwk import ECKey, Key

from idp.config import Config
from idp.storage.grants import list_client_grants
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, PASSWORD, AddClient, Clock, Configure, SignIn, Tokens
from tests.fetch.servers import Server, serving
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.encryption import (
    BY_BROWSER,
    EC_KEY,
    RSA_KEY,
    SIGNING_KEY,
    jwks,
    opened,
    publish,
    with_keys_at,
)

OFFLINE = "openid offline_access"
BROKEN = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the keys of clients be on this machine, and codes and sign-ins outlast an hour or so."""
    return configure(
        protocol={"implicit": True, "interaction_lifetime": 7200},
        fetch={"allowed_networks": ["127.0.0.0/8"]},
        tokens={"authorization_code_lifetime": 600},
    )


@pytest.fixture
async def documents() -> AsyncIterator[Server]:
    """Run the server on which a client publishes its keys."""
    async with serving(b"") as server:
        yield server


async def test_keys_are_fetched_and_fetched_again(
    alice: User,
    add_client: AddClient,
    tokens: Tokens,
    provider: Provider,
    documents: Server,
    clock: Clock,
) -> None:
    """A client changes its key by publishing another (§10.2.1), once its list is an hour old."""
    publish(documents, SIGNING_KEY, EC_KEY)
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES")
    rp = await with_keys_at(provider, rp, documents)
    first, _ = opened((await tokens(rp))["id_token"])
    newer = ECKey.generate_key("P-256", {"kid": "newer", "use": "enc"})
    publish(documents, SIGNING_KEY, newer)
    clock.move(3601)

    second, _ = opened((await tokens(rp))["id_token"], newer)

    assert (first["kid"], second["kid"]) == (EC_KEY.kid, "newer")


@pytest.mark.parametrize("keys", [(SIGNING_KEY,), (RSA_KEY,)], ids=["to verify", "of another kty"])
async def test_code_is_not_spent_without_a_key(
    alice: User,
    add_client: AddClient,
    walk: SignIn,
    provider: Provider,
    documents: Server,
    clock: Clock,
    keys: tuple[Key, ...],
) -> None:
    """A key for signatures is never encrypted to. Once there is one, the same code is good."""
    publish(documents, *keys)
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES")
    rp = await with_keys_at(provider, rp, documents)
    code = (await walk(rp)).params["code"]

    refused = await rp.exchange(code)
    publish(documents, SIGNING_KEY, EC_KEY)
    clock.move(61)
    granted = await rp.exchange(code)

    assert refused.status_code == 400
    assert refused.json()["error"] == "unauthorized_client"
    assert refused.json()["error_description"].startswith("The client has no key to encrypt to")
    assert opened(granted.json()["id_token"])


async def test_refresh_token_is_not_spent_without_a_key(
    alice: User,
    add_client: AddClient,
    tokens: Tokens,
    provider: Provider,
    documents: Server,
    clock: Clock,
) -> None:
    """It is not rotated, so it is not reused when it comes again."""
    publish(documents, EC_KEY)
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES")
    rp = await with_keys_at(provider, rp, documents)
    token = (await tokens(rp, scope=OFFLINE))["refresh_token"]
    documents.answer = BROKEN
    clock.move(3601)

    refused = await rp.refresh(token)
    publish(documents, EC_KEY)
    clock.move(61)
    granted = await rp.refresh(token)

    assert refused.json()["error"] == "unauthorized_client"
    assert opened(granted.json()["id_token"])
    assert (await rp.refresh(granted.json()["refresh_token"])).status_code == 200


async def test_nobody_signs_in_for_an_id_token_that_cannot_be_encrypted(
    add_client: AddClient, browser: Browser, provider: Provider, documents: Server
) -> None:
    """The client is told before there is a page, and nothing is granted."""
    publish(documents, SIGNING_KEY)
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES", **BY_BROWSER)
    rp = await with_keys_at(provider, rp, documents)

    arrival = await browser.open(rp.authorization_url(response_type="code id_token"))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "unauthorized_client"
    assert (arrival.params["state"], arrival.params["iss"]) == (rp.state, ISSUER)


async def test_key_that_goes_while_a_person_signs_in(
    alice: User,
    add_client: AddClient,
    browser: Browser,
    provider: Provider,
    documents: Server,
    clock: Clock,
) -> None:
    """The client is told, and what it would have had to throw away is not granted."""
    publish(documents, EC_KEY)
    rp = await add_client(jwks=jwks(), id_token_encrypted_response_alg="ECDH-ES", **BY_BROWSER)
    rp = await with_keys_at(provider, rp, documents)
    login = await browser.open(rp.authorization_url(response_type="code id_token"))
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    publish(documents, SIGNING_KEY)
    clock.move(3601)

    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "unauthorized_client"
    assert await provider.database.run(list_client_grants, alice.user_id) == []


async def test_userinfo_without_a_key_is_refused(
    alice: User, add_client: AddClient, tokens: Tokens, provider: Provider, documents: Server
) -> None:
    """Claims do not go out in plain instead."""
    publish(documents, SIGNING_KEY)
    rp = await add_client(jwks=jwks(), userinfo_encrypted_response_alg="ECDH-ES")
    rp = await with_keys_at(provider, rp, documents)
    token = (await tokens(rp))["access_token"]

    refused = await rp.userinfo(token)

    assert refused.status_code == 400
    assert refused.json().keys() == {"error", "error_description"}
    assert refused.json()["error"] == "unauthorized_client"


async def test_client_acts_for_itself_without_a_key(
    add_client: AddClient, provider: Provider, documents: Server
) -> None:
    """There is no ID token in its own grant, so there is nothing to encrypt."""
    documents.answer = BROKEN
    rp = await add_client(
        grant_types=["authorization_code", "client_credentials"],
        scope="openid notes.read",
        jwks=jwks(),
        id_token_encrypted_response_alg="ECDH-ES",
    )
    rp = await with_keys_at(provider, rp, documents)

    response = await rp.token(grant_type="client_credentials")

    assert response.status_code == 200
    assert documents.requests == []
