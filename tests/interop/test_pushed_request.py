"""Requests that openid-client for Node.js has pushed."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.storage.users import User
from tests.interop.conftest import Authorize
from tests.interop.test_openid_client import REDIRECT_URI, run
from tests.parties.request_objects import JWKS, KEYS
from tests.parties.server import Server


@pytest.mark.parametrize("signs", [False, True], ids=["plain", "signed"])
async def test_openid_client_pushes_its_request(
    server: Server, installed: Path, authorize: Authorize, person: User, signs: bool
) -> None:
    """The browser brings its name alone, and the person signs in."""
    registered = await server.add_client(
        redirect_uris=[REDIRECT_URI],
        jwks=JWKS,
        require_pushed_authorization_requests=True,
        require_signed_request_object=signs,
    )
    client_id, secret = registered.client.client_id, registered.client_secret
    assert secret is not None
    key = [json.dumps(KEYS["ES256"].as_dict(private=True))] if signs else []

    script = installed / "pushed_request.js"
    async with run(script, server.issuer, client_id, secret.reveal(), REDIRECT_URI, *key) as node:
        url = await node.said()
        await node.tell(await authorize(url.strip()))
        claims = json.loads(await node.said())

    assert parse_qs(urlsplit(url).query).keys() == {"client_id", "request_uri"}
    assert claims["sub"] == person.user_id
