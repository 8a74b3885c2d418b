"""Pushed authorization requests, as a relying party makes them (RFC 9126)."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2

from tests.parties.relying_party import RelyingParty


async def push(rp: RelyingParty, **changes: str | None) -> httpx2.Response:
    """Push an authorization request; keyword arguments change a parameter or, with None, drop it.

    The client authenticates as it does at the token endpoint.
    """
    return await rp.post("/par", **parameters_of(rp, **changes))


async def pushed_url(rp: RelyingParty, **changes: str | None) -> str:
    """Push an authorization request, and give where the browser is sent."""
    response = await push(rp, **changes)
    assert response.status_code == 201, response.text
    return url_of(rp, response.json()["request_uri"])


def parameters_of(rp: RelyingParty, **changes: str | None) -> dict[str, str | None]:
    """Give the parameters of an authorization request."""
    return dict(parse_qsl(urlsplit(rp.authorization_url(**changes)).query))


def url_of(rp: RelyingParty, request_uri: str, **beside: str) -> str:
    """Name a pushed request, and say other things beside it."""
    named = {"client_id": rp.client_id, "request_uri": request_uri}
    return "/authorize?" + urlencode(named | beside)
