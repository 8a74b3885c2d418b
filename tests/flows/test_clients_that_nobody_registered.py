"""Programs that people connect to an API of theirs, all under one policy (MCP authorization).

Each kind describes itself as the widespread clients of its kind do.
"""

import ssl
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, Configure, Tokens
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.documented import (
    AT_LOOPBACK,
    HOST,
    Publisher,
    program,
    publisher,
    server_tls,
    taking_documents,
)
from tests.parties.pushing import pushed_url
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.request_objects import JWKS
from tests.parties.self_registered import register_itself

__all__ = ["publisher", "server_tls"]

API = "https://notes.example/mcp"
SCOPE = "openid offline_access notes.read"
AT_SITE = f"https://{HOST}/api/mcp/auth_callback"

# A kind of client: what its document says, and where it is answered.
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "a program in a terminal": (
        {"redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"]},
        "http://localhost:61234/callback",
    ),
    "a site with an assistant": (
        {
            "redirect_uris": [AT_SITE, "https://else.example/api/mcp/auth_callback"],
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ],
        },
        AT_SITE,
    ),
    "an editor": (
        {
            "application_type": "native",
            "client_uri": f"https://{HOST}/product",
            "logo_uri": "https://pictures.example/editor.png",
            "grant_types": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "redirect_uris": [
                "http://127.0.0.1:33418/",
                "http://127.0.0.1/",
                f"https://{HOST}/redirect",
                f"https://insiders.{HOST}/redirect",
            ],
        },
        "http://127.0.0.1:40001/",
    ),
    "one that leaves the method to the server": (
        {
            "redirect_uris": [AT_SITE],
            "token_endpoint_auth_method": None,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
            "jwks": JWKS,
        },
        AT_SITE,
    ),
    "one that says what is needed and no more": (
        {"grant_types": None, "response_types": None, "token_endpoint_auth_method": None},
        AT_LOOPBACK,
    ),
}


@pytest.fixture
def config(configure: Configure, server_tls: ssl.SSLContext, tmp_path: Path) -> Config:
    """Let such clients come, by a document or by registration, for one API."""
    resources = {API: {"name": "Example Notes", "scopes": ["notes.read"]}}
    taking = taking_documents(
        lambda **settings: configure(**settings, resources=resources), tmp_path
    )
    registration = taking.client_registration.model_copy(update={"mode": "open"})
    return taking.model_copy(update={"client_registration": registration})


async def connect(tokens: Tokens, rp: RelyingParty) -> dict[str, Any]:
    """Connect a client to the API; give its tokens."""
    issued = await tokens(rp, scope=SCOPE, resource=API)
    claims = unverified_claims(issued["access_token"])
    assert claims["aud"] == API
    assert claims["client_id"] == rp.client_id
    assert claims["scope"] == "notes.read"
    return issued


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_connects(
    http: httpx2.AsyncClient, publisher: Publisher, alice: User, tokens: Tokens, kind: str
) -> None:
    """A token for the API, and another one later if the client asks for that."""
    document, redirect_uri = KINDS[kind]
    rp = program(http, publisher.publish(**document), redirect_uri=redirect_uri)

    issued = await connect(tokens, rp)

    if document.get("grant_types", True) is not None:
        refreshed = (await rp.refresh(issued["refresh_token"])).json()
        assert unverified_claims(refreshed["access_token"])["aud"] == API
    else:
        assert "refresh_token" not in issued


async def test_one_that_can_only_register_itself_connects(
    http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """The older way is there beside it."""
    registered = await register_itself(
        http,
        redirect_uris=["http://127.0.0.1/callback"],
        token_endpoint_auth_method="none",
        scope=SCOPE,
    )
    rp = program(http, registered.client_id)

    issued = await connect(tokens, rp)

    assert (await rp.refresh(issued["refresh_token"])).status_code == 200


async def test_one_that_nobody_has_seen_may_push_its_first_request(
    http: httpx2.AsyncClient, publisher: Publisher, browser: Browser, alice: User
) -> None:
    """Its document is read when it comes itself (RFC 9126 §2); the person comes afterwards."""
    rp = program(http, publisher.publish())

    login = await browser.open(await pushed_url(rp, scope=SCOPE, resource=API))
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    arrival = await browser.submit(consent, "consent-allow")

    assert isinstance(arrival, Arrival)
    issued = (await rp.exchange(arrival.params["code"])).json()
    assert unverified_claims(issued["access_token"])["aud"] == API
    assert publisher.asked == ["/notes.json"]
