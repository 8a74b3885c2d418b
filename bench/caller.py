"""One connection, and what can be asked over it: the requests that workloads are made of."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from bench.connection import Connection, get, post
from bench.people import REDIRECT_URI, SCOPE, People
from idp import paths

CODE_VERIFIER = "a-verifier-that-is-long-enough-and-always-the-same"
_DIGEST = hashlib.sha256(CODE_VERIFIER.encode()).digest()
CODE_CHALLENGE = base64.urlsafe_b64encode(_DIGEST).rstrip(b"=").decode()


class Caller:
    """One of the many who ask at once."""

    def __init__(self, connection: Connection, people: People) -> None:
        self.connection = connection
        self.people = people

    async def send(self, request: bytes, content: bytes) -> bytes:
        """Send a request that is answered with 200 and that content, and give the body."""
        return (await self.connection.send(request, 200, content)).body

    def token_request(self, client: str, **parameters: str) -> bytes:
        """Write a token request."""
        return self.form(paths.TOKEN, client, **parameters)

    def form(self, path: str, client: str, **parameters: str) -> bytes:
        """Write a POST with the credentials of a client."""
        authorization = self.people.clients[client].authorization
        return post(path, urlencode(parameters).encode(), authorization=authorization)

    def authorization_request(self, client: str) -> bytes:
        """Write an authorization request, from the browser in which the person is signed in."""
        parameters = {
            "client_id": self.people.clients[client].client_id,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": " ".join(sorted(SCOPE)),
            "state": "af0ifjsldkj",
            "nonce": "n-0S6_WzA2Mj",
            "code_challenge": CODE_CHALLENGE,
            "code_challenge_method": "S256",
        }
        return get(f"{paths.AUTHORIZATION}?{urlencode(parameters)}", cookie=self.people.cookie)

    async def exchange(self, client: str, authorization_request: bytes) -> bytes:
        """Get a code, exchange it, and give the token response."""
        answer = await self.connection.send(authorization_request, 303)
        _, _, rest = answer.field(b"location").partition(b"?code=")
        exchange = self.token_request(
            client,
            grant_type="authorization_code",
            code=rest.partition(b"&")[0].decode(),
            redirect_uri=REDIRECT_URI,
            code_verifier=CODE_VERIFIER,
        )
        return await self.send(exchange, b'"id_token"')

    async def tokens(self, client: str) -> dict[str, Any]:
        """Get tokens for the person."""
        response: dict[str, Any] = json.loads(
            await self.exchange(client, self.authorization_request(client))
        )
        return response
