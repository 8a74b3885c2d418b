"""Introspection answers that only the resource server can read (RFC 9701 §5, §6)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp import paths
from idp.config import Config
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, Configure, Tokens
from tests.fetch.servers import Server, serving
from tests.parties.clients import MACHINE, AssertingClient
from tests.parties.encryption import (
    EC_KEY,
    ENCS,
    KEYS,
    RSA_KEY,
    SIGNING_KEY,
    jwks,
    opened,
    publish,
    with_keys_at,
)
from tests.parties.relying_party import RelyingParty

MEDIA_TYPE = "application/token-introspection+jwt"
ENCRYPTED = {"jwks": jwks(), "introspection_encrypted_response_alg": "ECDH-ES"}
BROKEN = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"

pytestmark = pytest.mark.usefixtures("alice")


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let the keys of clients be on this machine."""
    return configure(fetch={"allowed_networks": ["127.0.0.0/8"]})


@pytest.fixture
async def documents() -> AsyncIterator[Server]:
    """Run the server on which a client publishes its keys."""
    async with serving(b"") as server:
        yield server


async def verified(rp: RelyingParty, signed: str, algorithm: str = "RS256") -> Any:
    """Verify what was inside, and give what it says of the token."""
    keys = KeySet.import_key_set((await rp.http.get(paths.JWKS)).json())
    decoded = jwt.decode(signed, keys, algorithms=[algorithm])
    assert decoded.header["typ"] == "token-introspection+jwt"
    assert (decoded.claims["iss"], decoded.claims["aud"]) == (ISSUER, rp.client_id)
    return decoded.claims["token_introspection"]


@pytest.mark.parametrize("alg", KEYS)
@pytest.mark.parametrize("enc", ENCS)
async def test_5_signed_and_then_encrypted(
    rp: RelyingParty, add_client: AddClient, tokens: Tokens, alg: str, enc: str
) -> None:
    """A nested JWT, without being asked: what is to be encrypted never leaves in plain."""
    client = await add_client(
        **MACHINE,
        jwks=jwks(),
        introspection_signed_response_alg="ES256",
        introspection_encrypted_response_alg=alg,
        introspection_encrypted_response_enc=enc,
    )
    token = (await tokens(rp))["access_token"]

    response = await client.introspect(token)

    header, signed = opened(response.text)
    assert response.headers["content-type"] == MEDIA_TYPE
    assert (header["alg"], header["enc"]) == (alg, enc)
    assert (header["kid"], header["cty"]) == (KEYS[alg].kid, "JWT")
    assert (await verified(client, signed, "ES256"))["active"] is True


async def test_6_key_is_fetched(
    add_client: AddClient, provider: Provider, documents: Server, tokens: Tokens
) -> None:
    """Signed by RS256 if nothing else is registered."""
    publish(documents, SIGNING_KEY, EC_KEY)
    client = await with_keys_at(provider, await add_client(**MACHINE, **ENCRYPTED), documents)
    token = (await client.token(grant_type="client_credentials")).json()["access_token"]

    response = await client.introspect(token)

    assert (await verified(client, opened(response.text)[1]))["client_id"] == client.client_id


@pytest.mark.parametrize("answer", [BROKEN, None])
async def test_6_without_a_key_nothing_is_told(
    add_client: AddClient, provider: Provider, documents: Server, answer: bytes | None
) -> None:
    """Nothing about the token, that is: it does not matter whether it is good."""
    publish(documents, SIGNING_KEY, RSA_KEY)
    documents.answer = answer or documents.answer
    client = await with_keys_at(provider, await add_client(**MACHINE, **ENCRYPTED), documents)
    token = (await client.token(grant_type="client_credentials")).json()["access_token"]

    answers = [await client.introspect(each) for each in (token, "x")]

    assert [each.status_code for each in answers] == [400] * 2
    assert [each.json() for each in answers] == [
        {
            "error": "unauthorized_client",
            "error_description": (
                "The client has no key to encrypt to: check jwks or jwks_uri, and use and alg."
            ),
        }
    ] * 2


async def test_6_assertion_is_spent_once_though_a_key_is_fetched(
    add_client: AddClient, provider: Provider, documents: Server
) -> None:
    """The question is asked anew when it has to wait, but not of the client."""
    publish(documents, SIGNING_KEY, EC_KEY)
    metadata = AssertingClient.metadata(SIGNING_KEY, introspection_encrypted_response_alg="ECDH-ES")
    rp = await add_client(**metadata | {"jwks": jwks()})
    fetched = await with_keys_at(provider, rp, documents)
    client = AssertingClient(rp.http, fetched.client_id, ISSUER)
    assertion = client.sign(key=SIGNING_KEY)

    first = await client.post("/introspect", assertion, token="x")
    again = await client.post("/introspect", assertion, token="x")

    assert await verified(fetched, opened(first.text)[1]) == {"active": False}
    assert again.status_code == 401
