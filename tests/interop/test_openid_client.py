"""openid-client for Node.js, a client that is certified by the OpenID Foundation."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from idp.storage.users import User
from tests.interop.conftest import Authorize
from tests.parties.browser import Arrival, Browser
from tests.parties.server import Server

REDIRECT_URI = "https://notes.example/callback"
SIGNED_OUT = "https://notes.example/signed-out"


class NodeClient:
    """The script, and a line for each thing that it says."""

    def __init__(self, process: Process) -> None:
        assert process.stdout is not None
        assert process.stdin is not None
        self._said = BufferedByteReceiveStream(process.stdout)
        self._ear = process.stdin

    async def said(self) -> str:
        """Wait for its next line."""
        return (await self._said.receive_until(b"\n", 100_000)).decode()

    async def tell(self, line: str) -> None:
        """Send it a line."""
        await self._ear.send(f"{line}\n".encode())


@asynccontextmanager
async def run(script: Path, *arguments: str) -> AsyncIterator[NodeClient]:
    """Run a script; what it complains about is seen with the failed test."""
    async with await anyio.open_process(["node", script, *arguments], stderr=None) as process:
        yield NodeClient(process)
    assert process.returncode == 0


async def test_openid_client(
    server: Server, installed: Path, authorize: Authorize, browser: Browser, person: User
) -> None:
    """It discovers, signs a person in, refreshes, introspects, revokes and signs out."""
    registered = await server.add_client(
        client_name="Notes",
        redirect_uris=[REDIRECT_URI],
        post_logout_redirect_uris=[SIGNED_OUT],
        grant_types=["authorization_code", "refresh_token"],
    )
    client_id, secret = registered.client.client_id, registered.client_secret
    assert secret is not None

    script = installed / "openid_client.js"
    arguments = (server.issuer, client_id, secret.reveal(), REDIRECT_URI, SIGNED_OUT)
    async with run(script, *arguments) as node:
        await node.tell(await authorize(await node.said()))
        learned: dict[str, Any] = json.loads(await node.said())
    signed_out = await browser.open(learned["endSessionUrl"])

    assert learned["supportsPkce"] is True
    assert learned["claims"]["sub"] == person.user_id
    assert learned["userinfo"]["email"] == person.email
    assert learned["wasRefreshed"] is True
    assert learned["before"]["active"] is True
    assert learned["after"] == {"active": False}
    assert isinstance(signed_out, Arrival)
    assert signed_out.url.startswith(SIGNED_OUT)
    assert signed_out.params == {"state": "signed out"}
