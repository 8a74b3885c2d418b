"""Clients made by others register themselves: openid-client, and Authlib's OAuth client."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client

from idp.clients import initial_access_token
from idp.storage.users import User
from tests.interop.conftest import Authorize
from tests.interop.test_openid_client import REDIRECT_URI, run
from tests.parties.server import Server, serving


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server on which clients register with a token."""
    directory = tmp_path_factory.mktemp("registration")
    async with serving(directory, client_registration={"mode": "token"}) as server:
        yield server


@pytest.fixture
async def token(server: Server) -> str:
    """Make an initial access token."""
    _, secret = await server.run(lambda: initial_access_token.make(uses=1, lifetime=600))
    return secret.reveal()


async def test_openid_client(
    server: Server, installed: Path, authorize: Authorize, person: User, token: str
) -> None:
    """It registers, signs a person in, and refreshes."""
    script = installed / "openid_client_registration.js"

    async with run(script, server.issuer, REDIRECT_URI, token) as node:
        await node.tell(await authorize(await node.said()))
        learned: dict[str, Any] = json.loads(await node.said())

    assert learned["registered"]["client_name#de"] == "Notizen"
    assert learned["registered"]["registration_client_uri"].startswith(server.issuer)
    assert learned["userinfo"]["email"] == person.email


async def test_authlib(server: Server, metadata: dict[str, str], token: str) -> None:
    """It sends each of the two tokens where it belongs, as the bearer tokens that they are."""
    new = {"redirect_uris": [REDIRECT_URI]}
    async with AsyncOAuth2Client(token={"access_token": token, "token_type": "Bearer"}) as http:
        client = (await http.post(metadata["registration_endpoint"], json=new)).json()
    managing = {"access_token": client["registration_access_token"], "token_type": "Bearer"}

    async with AsyncOAuth2Client(token=managing) as http:
        read = await http.get(client["registration_client_uri"])
        removed = await http.delete(client["registration_client_uri"])
        again = await http.get(client["registration_client_uri"])

    assert read.json()["client_id"] == client["client_id"]
    assert (removed.status_code, again.status_code) == (204, 401)
