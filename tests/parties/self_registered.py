"""A client that registers itself, and manages what it registered, over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx2

from tests.parties.relying_party import REDIRECT_URI, RelyingParty

METADATA: dict[str, Any] = {
    "client_name": "Notes",
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
}


@dataclass(frozen=True)
class SelfRegistered:
    """What a client got when it registered."""

    http: httpx2.AsyncClient
    information: dict[str, Any]

    @property
    def client_id(self) -> str:
        """Its id."""
        client_id: str = self.information["client_id"]
        return client_id

    @property
    def relying_party(self) -> RelyingParty:
        """The same, as it signs people in."""
        return RelyingParty(self.http, self.client_id, self.information.get("client_secret"))

    async def manage(
        self, method: str, body: Any = None, *, token: str | None = None
    ) -> httpx2.Response:
        """Send a request to its configuration endpoint."""
        token = token or self.information["registration_access_token"]
        uri = self.information["registration_client_uri"]
        headers = {"Authorization": f"Bearer {token}"}
        sent = {} if body is None else {"json": body}
        return await self.http.request(method, uri, headers=headers, **sent)

    async def update(self, **changes: Any) -> httpx2.Response:
        """Replace its metadata; None leaves a member out."""
        body = {"client_id": self.client_id, **METADATA} | changes
        return await self.manage("PUT", {k: v for k, v in body.items() if v is not None})


async def send_registration(
    http: httpx2.AsyncClient, *, token: str | None = None, **changes: Any
) -> httpx2.Response:
    """Ask to be registered; None leaves a member out."""
    body = {name: value for name, value in (METADATA | changes).items() if value is not None}
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return await http.post("/clients", json=body, headers=headers)


async def register_itself(http: httpx2.AsyncClient, **changes: Any) -> SelfRegistered:
    """Register."""
    response = await send_registration(http, **changes)
    assert response.status_code == 201, response.text
    return SelfRegistered(http, response.json())
