"""Clients that nobody registered: their server, with the metadata document of each at a path."""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from tests.fetch.certificates import tls_of
from tests.fetch.servers import Server, serving
from tests.parties.databases import Configure
from tests.parties.relying_party import RelyingParty

HOST = "localhost"
AT_LOOPBACK = "http://127.0.0.1:49152/callback"  # the port that a program got this time

# A program on a person's computer, as clients of MCP servers are.
PROGRAM: dict[str, Any] = {
    "client_name": "Notes for the terminal",
    "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}


@dataclass
class Publisher:
    """The server of a client. It answers every path alike, as it was told last."""

    server: Server

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"https://{HOST}:{self.server.port}"

    @property
    def asked(self) -> list[str]:
        """The paths that it was asked for."""
        return [request.split()[1] for request in self.server.requests]

    def publish(
        self, path: str = "/notes.json", *, headers: dict[str, str] | None = None, **changes: Any
    ) -> str:
        """Publish a document about PROGRAM with these changes; give the client_id.

        None leaves a member out.
        """
        client_id = f"{self.origin}{path}"
        document = {"client_id": client_id} | PROGRAM | changes
        kept = {name: value for name, value in document.items() if value is not None}
        self.answer(json.dumps(kept), headers=headers)
        return client_id

    def answer(
        self,
        body: str | bytes,
        *,
        status: str = "200 OK",
        media_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Answer whatever comes with this."""
        sent = {"Content-Type": media_type, "Content-Length": str(len(body))} | (headers or {})
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in sent.items())]
        encoded = body if isinstance(body, bytes) else body.encode()
        self.server.answer = "\r\n".join([*lines, "", ""]).encode() + encoded


@asynccontextmanager
async def publishing(tls: ssl.SSLContext) -> AsyncIterator[Publisher]:
    """Run the server of a client."""
    async with serving(b"", tls=tls) as server:
        yield Publisher(server)


def program(http: httpx2.AsyncClient, client_id: str, **changes: Any) -> RelyingParty:
    """Give the client as it signs people in."""
    return RelyingParty(http, client_id, **({"redirect_uri": AT_LOOPBACK} | changes))


@pytest.fixture
def server_tls(tmp_path: Path) -> ssl.SSLContext:
    """Give a client's server its TLS."""
    return tls_of(HOST, tmp_path)


@pytest.fixture
async def publisher(server_tls: ssl.SSLContext) -> AsyncIterator[Publisher]:
    """Run the server of a client."""
    async with publishing(server_tls) as publisher:
        yield publisher


def taking_documents(configure: Configure, tmp_path: Path, **changes: Any) -> Config:
    """Take clients with documents on this machine, with what else a test says."""
    settings = {"client_id_metadata_documents": True, "scopes": ["notes.read"]} | changes
    return configure(
        client_registration=settings,
        fetch={"allowed_networks": ["127.0.0.0/8"], "ca_file": str(tmp_path / "ca.pem")},
    )
