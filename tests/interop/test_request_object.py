"""Request objects that openid-client for Node.js has made."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from idp.storage.users import User
from tests.interop.conftest import Authorize
from tests.interop.test_openid_client import REDIRECT_URI, run
from tests.parties.request_objects import JWKS, KEYS
from tests.parties.server import Server


async def test_openid_client_signs_its_request(
    server: Server, installed: Path, authorize: Authorize, person: User
) -> None:
    """Nothing of the request but the client_id is to be seen, and a single claim comes back."""
    registered = await server.add_client(
        redirect_uris=[REDIRECT_URI], jwks=JWKS, require_signed_request_object=True
    )
    client_id, secret = registered.client.client_id, registered.client_secret
    assert secret is not None
    key = json.dumps(KEYS["ES256"].as_dict(private=True))

    script = installed / "request_object.js"
    async with run(script, server.issuer, client_id, secret.reveal(), REDIRECT_URI, key) as node:
        url = await node.said()
        await node.tell(await authorize(url.strip()))
        claims = json.loads(await node.said())

    assert parse_qs(urlsplit(url).query).keys() == {"client_id", "request"}
    assert (claims["sub"], claims["email"]) == (person.user_id, person.email)
