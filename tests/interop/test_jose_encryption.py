"""jose for Node.js, as a client that encrypts its request and has its ID token encrypted."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx2
import pytest

from idp.storage.users import User
from tests.interop.conftest import Authorize
from tests.parties.encryption import KEYS, jwks
from tests.parties.relying_party import REDIRECT_URI, RelyingParty
from tests.parties.request_objects import JWKS as SIGNING_JWKS
from tests.parties.request_objects import request_object
from tests.parties.server import Server, serving


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """Run a server that can be encrypted to."""
    keys = {"encryption_algorithms": list(KEYS)}
    async with serving(tmp_path_factory.mktemp("jose"), keys=keys) as server:
        yield server


@pytest.mark.parametrize("alg", KEYS)
async def test_request_and_id_token(
    server: Server,
    installed: Path,
    metadata: dict[str, str],
    authorize: Authorize,
    person: User,
    alg: str,
) -> None:
    """Each side reads what the other has written, and the signature within holds."""
    registered = await server.add_client(
        redirect_uris=[REDIRECT_URI],
        token_endpoint_auth_method="none",
        jwks={"keys": SIGNING_JWKS["keys"] + jwks()["keys"][1:]},
        id_token_encrypted_response_alg=alg,
    )

    async def run(*args: str) -> str:
        script = ["node", installed / "jose_encryption.js", metadata["jwks_uri"], alg, *args]
        return (await anyio.run_process(script, stderr=None)).stdout.decode().strip()

    async with httpx2.AsyncClient(base_url=server.issuer) as http:
        rp = RelyingParty(http, registered.client.client_id)
        message = await run(request_object(rp, aud=server.issuer))
        arrived = await authorize(rp.authorization_url(request=message))
        tokens = (await rp.exchange(httpx2.URL(arrived).params["code"])).json()

    key = json.dumps(KEYS[alg].as_dict(private=True))
    claims = json.loads(await run(key, tokens["id_token"]))
    assert (claims["iss"], claims["aud"]) == (server.issuer, rp.client_id)
    assert (claims["sub"], claims["nonce"]) == (person.user_id, rp.nonce)
