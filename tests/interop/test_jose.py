"""jose for Node.js, as an API would use it."""

import json
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

from tests.interop.conftest import Authorize
from tests.parties.relying_party import RelyingParty
from tests.parties.server import Server


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "Ed25519"])
async def test_access_token(
    server: Server, installed: Path, metadata: dict[str, str], authorize: Authorize, algorithm: str
) -> None:
    """An access token is for the API, and its signature holds."""
    registered = await server.add_client(
        redirect_uris=["https://rp.example/callback"],
        token_endpoint_auth_method="none",
        access_token_signed_response_alg=algorithm,
    )
    async with httpx2.AsyncClient(base_url=server.issuer) as http:
        rp = RelyingParty(http, registered.client.client_id)
        arrived = await authorize(rp.authorization_url())
        tokens = (await rp.exchange(httpx2.URL(arrived).params["code"])).json()

    script = [installed / "jose.js", server.issuer, metadata["jwks_uri"], tokens["access_token"]]
    printed = await anyio.run_process(["node", *script], stderr=None)

    claims: dict[str, Any] = json.loads(printed.stdout)
    assert claims["client_id"] == rp.client_id
