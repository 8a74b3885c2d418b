"""Signed and encrypted answers, as openid-client for Node.js reads them (JARM, RFC 9701)."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.storage.users import User
from tests.interop.conftest import Authorize
from tests.interop.test_openid_client import REDIRECT_URI, run
from tests.parties.browser import Arrival, Browser
from tests.parties.encryption import EC_KEY, jwks
from tests.parties.server import Server

ENCRYPTED = {
    "jwks": jwks(),
    "authorization_encrypted_response_alg": "ECDH-ES",
    "introspection_encrypted_response_alg": "ECDH-ES",
}


@pytest.mark.parametrize("is_encrypted", [False, True], ids=["signed", "encrypted"])
async def test_openid_client_reads_its_answers(
    server: Server,
    installed: Path,
    authorize: Authorize,
    browser: Browser,
    person: User,
    is_encrypted: bool,
) -> None:
    """It believes an error, a code and what a token says, each in a JWT of its own."""
    registered = await server.add_client(
        redirect_uris=[REDIRECT_URI],
        authorization_signed_response_alg="ES256",
        introspection_signed_response_alg="ES256",
        **(ENCRYPTED if is_encrypted else {}),
    )
    client_id, secret = registered.client.client_id, registered.client_secret
    assert secret is not None
    keys = [json.dumps(EC_KEY.as_dict(private=True))] if is_encrypted else []

    arguments = (server.issuer, client_id, secret.reveal(), REDIRECT_URI, *keys)
    async with run(installed / "signed_answers.js", *arguments) as node:
        refused = await browser.open((await node.said()).strip())
        assert isinstance(refused, Arrival)
        await node.tell(refused.url)
        arrived = await authorize((await node.said()).strip())
        await node.tell(arrived)
        learned: dict[str, Any] = json.loads(await node.said())

    assert parse_qs(urlsplit(arrived).query).keys() == {"response"}
    assert learned["refusal"] == "login_required"
    assert learned["claims"]["sub"] == person.user_id
    assert learned["introspected"]["active"] is True
    assert learned["introspected"]["client_id"] == client_id
