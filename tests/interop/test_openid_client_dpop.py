"""openid-client for Node.js, which holds a key and is asked for nonces (RFC 9449)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from idp.storage.users import User
from tests.interop.conftest import Authorize
from tests.interop.test_openid_client import REDIRECT_URI, run
from tests.parties.relying_party import unverified_claims
from tests.parties.server import Server, serving


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """Run a server that asks for nonces."""
    async with serving(tmp_path, protocol={"dpop_nonce": True}) as server:
        yield server


async def test_openid_client_holds_a_key(
    server: Server, installed: Path, authorize: Authorize, person: User
) -> None:
    """Code, refresh and UserInfo by its key, for nobody with another."""
    registered = await server.add_client(
        client_name="Notes",
        redirect_uris=[REDIRECT_URI],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="none",
        dpop_bound_access_tokens=True,
    )

    script = installed / "openid_client_dpop.js"
    arguments = (server.issuer, registered.client.client_id, REDIRECT_URI)
    async with run(script, *arguments) as node:
        await node.tell(await authorize(await node.said()))
        learned: dict[str, Any] = json.loads(await node.said())

    assert unverified_claims(learned["accessToken"])["cnf"] == {"jkt": learned["thumbprint"]}
    assert [each.lower() for each in learned["tokenTypes"]] == ["dpop", "dpop"]
    assert learned["userinfo"]["email"] == person.email
    assert learned["refusals"] == ["invalid_grant", "invalid_token", "invalid_grant"]
