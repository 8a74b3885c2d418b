"""Authlib's client, over the network (its httpx integration)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import RSAKey

from idp.clients.registration import Registered
from idp.storage.users import User
from tests.conftest import PASSWORD
from tests.interop.conftest import Authorize
from tests.parties.server import Server

REDIRECT_URI = "https://notes.example/callback"


@asynccontextmanager
async def client_of(registered: Registered, **options: Any) -> AsyncIterator[AsyncOAuth2Client]:
    """Make Authlib's client for one that is registered."""
    secret = registered.client_secret
    options = {"client_secret": secret.reveal() if secret else None} | options
    client = AsyncOAuth2Client(registered.client.client_id, **options)
    async with client:
        yield client


async def add_web_client(server: Server, **changes: Any) -> Registered:
    """Register a client that signs people in."""
    grant_types = ["authorization_code", "refresh_token"]
    return await server.add_client(
        **{"redirect_uris": [REDIRECT_URI], "grant_types": grant_types} | changes
    )


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
async def test_code_flow(
    server: Server, metadata: dict[str, str], authorize: Authorize, person: User, method: str
) -> None:
    """It signs a person in with PKCE and reads who they are, however it authenticates."""
    registered = await add_web_client(server, token_endpoint_auth_method=method)
    verifier = generate_token(48)

    async with client_of(
        registered,
        scope="openid email",
        redirect_uri=REDIRECT_URI,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    ) as client:
        url, state = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier
        )
        arrived = await authorize(url)
        await client.fetch_token(
            metadata["token_endpoint"],
            authorization_response=arrived,
            state=state,
            code_verifier=verifier,
        )
        userinfo = await client.get(metadata["userinfo_endpoint"])

    assert userinfo.json() == {
        "sub": person.user_id,
        "email": person.email,
        "email_verified": False,
    }


async def test_refresh_introspection_and_revocation(
    server: Server, metadata: dict[str, str], authorize: Authorize
) -> None:
    """It refreshes, asks what its token is, and gives it back."""
    registered = await add_web_client(server)
    verifier = generate_token(48)

    async with client_of(
        registered,
        scope="openid offline_access",
        redirect_uri=REDIRECT_URI,
        code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
    ) as client:
        url, _ = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier
        )
        arrived = await authorize(url)
        first = await client.fetch_token(authorization_response=arrived, code_verifier=verifier)
        second = await client.refresh_token()
        ask = metadata["introspection_endpoint"]
        before = await client.introspect_token(ask, second["access_token"])
        await client.revoke_token(metadata["revocation_endpoint"], second["refresh_token"])
        after = await client.introspect_token(ask, second["access_token"])

    assert first["refresh_token"] != second["refresh_token"]
    assert before.json()["active"] is True
    assert before.json()["client_id"] == registered.client.client_id
    assert after.json() == {"active": False}


async def test_client_credentials(server: Server, metadata: dict[str, str]) -> None:
    """It gets a token for itself."""
    registered = await server.add_client(grant_types=["client_credentials"], scope="notes.read")

    async with client_of(registered, scope="notes.read") as client:
        token = await client.fetch_token(
            metadata["token_endpoint"], grant_type="client_credentials"
        )

    assert token["scope"] == "notes.read"
    assert "refresh_token" not in token


async def test_password(server: Server, metadata: dict[str, str], person: User) -> None:
    """It exchanges a person's password for tokens, and hears when the password is wrong."""
    registered = await server.add_client(grant_types=["password"])
    url = metadata["token_endpoint"]

    async with client_of(registered, scope="openid") as client:
        token = await client.fetch_token(url, username=person.username, password=PASSWORD)
        with pytest.raises(OAuthError) as refused:
            await client.fetch_token(url, username=person.username, password="wrong")

    assert token["id_token"]
    assert refused.value.error == "invalid_grant"


async def test_private_key_jwt(server: Server, metadata: dict[str, str]) -> None:
    """It authenticates with a key instead of a secret."""
    key = RSAKey.generate_key(2048, parameters={"kid": "its-own"}, private=True)
    registered = await server.add_client(
        grant_types=["client_credentials"],
        token_endpoint_auth_method="private_key_jwt",
        jwks={"keys": [key.as_dict(private=False)]},
        scope="notes.read",
    )

    async with client_of(
        registered, client_secret=key, token_endpoint_auth_method="private_key_jwt"
    ) as client:
        client.register_client_auth_method(PrivateKeyJWT(metadata["token_endpoint"]))
        token = await client.fetch_token(
            metadata["token_endpoint"], grant_type="client_credentials"
        )

    assert token["access_token"]
