"""Clients that say of themselves that they always send a proof (RFC 9449 §5.2)."""

from typing import Any

import httpx2
import pytest

from idp.config import Config
from tests.conftest import Configure
from tests.parties.clients import BY_BROWSER
from tests.parties.self_registered import register_itself, send_registration

NEEDS = {"dpop_bound_access_tokens": True}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients register themselves, for tokens by way of the browser, too."""
    grant_types = ["authorization_code", "implicit", "refresh_token"]
    return configure(
        client_registration={"mode": "open", "grant_types": grant_types},
        protocol={"implicit": True},
    )


async def test_client_may_register_for_it(http: httpx2.AsyncClient) -> None:
    """It is told that it did; who says nothing is not held to it."""
    said = await send_registration(http, **NEEDS)
    silent = await send_registration(http)

    assert said.json()["dpop_bound_access_tokens"] is True
    assert "dpop_bound_access_tokens" not in silent.json()


@pytest.mark.parametrize("response_types", [["code", "id_token token"], ["code", "code token"]])
async def test_tokens_by_way_of_the_browser_are_bound_to_no_key(
    http: httpx2.AsyncClient, response_types: list[str]
) -> None:
    """So a client that wants all of its tokens bound cannot have them."""
    metadata: dict[str, Any] = BY_BROWSER | NEEDS | {"response_types": response_types}

    refused = await send_registration(http, **metadata)
    bound = await send_registration(http, **metadata | {"response_types": ["code", "id_token"]})

    assert (refused.status_code, refused.json()) == (
        400,
        {
            "error": "invalid_client_metadata",
            "error_description": (
                "response_types must not have token if dpop_bound_access_tokens is true."
            ),
        },
    )
    assert bound.status_code == 201


async def test_registration_access_tokens_are_bearer_tokens(http: httpx2.AsyncClient) -> None:
    """They are bound to nothing, and nobody is told that they could be (RFC 7592 §3)."""
    client = await register_itself(http)
    uri = client.information["registration_client_uri"]
    token = client.information["registration_access_token"]

    refused = await http.get(uri, headers={"Authorization": f"DPoP {token}"})

    assert (refused.status_code, refused.headers["www-authenticate"]) == (
        401,
        'Bearer realm="idp"',
    )
    assert (await client.manage("GET")).status_code == 200
