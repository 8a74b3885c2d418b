"""The types that a client may ask for, as it is registered (RFC 9396 §10)."""

from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import Clock, Configure, SignIn, Tokens
from tests.parties.detailed import ACCOUNTS, PAYMENT, TYPES, details
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

OFFLINE = "openid offline_access"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients register themselves, for one of two types."""
    return configure(
        resources={"https://notes.example": {"name": "Example Notes"}},
        authorization_details_types=TYPES,
        client_registration={
            "mode": "open",
            "authorization_details_types": ["account_information"],
        },
    )


async def register(http: httpx2.AsyncClient, **metadata: Any) -> httpx2.Response:
    """Register a client by itself."""
    return await http.post(
        "/clients",
        json={
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token"],
        }
        | metadata,
    )


async def test_a_client_registers_itself_for_what_the_operator_allows(
    http: httpx2.AsyncClient, alice: User, tokens: Tokens
) -> None:
    """It is told what it is registered for, and may ask for that."""
    types, resources = ["account_information"], ["https://notes.example"]

    answer = await register(http, authorization_details_types=types, resources=resources)
    body = answer.json()
    rp = RelyingParty(http, body["client_id"], body["client_secret"])
    issued = await tokens(rp, authorization_details=details(ACCOUNTS), resource=resources)

    assert answer.status_code == 201
    assert body["authorization_details_types"] == types
    assert body["resources"] == resources
    assert issued["authorization_details"] == [ACCOUNTS]


@pytest.mark.parametrize(
    ("metadata", "named"),
    [
        ({"authorization_details_types": ["payment"]}, "authorization_details_types"),
        ({"authorization_details_types": ["telepathy"]}, "authorization_details_types"),
        ({"authorization_details_types": "account_information"}, "authorization_details_types"),
        ({"resources": ["https://unknown.example"]}, "resources"),
        ({"resources": "https://notes.example"}, "resources"),
    ],
)
async def test_nothing_else_is_registered(
    http: httpx2.AsyncClient, metadata: dict[str, Any], named: str
) -> None:
    """invalid_client_metadata names the member."""
    answer = await register(http, **metadata)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")
    assert answer.json()["error_description"].startswith(f"{named} must be")


async def test_a_type_that_is_taken_away_is_granted_no_more(
    http: httpx2.AsyncClient, alice: User, walk: SignIn, config: Config, clock: Clock
) -> None:
    """A refresh leaves out what is not declared any more."""
    types = ["account_information"]
    body = (
        await register(http, authorization_details_types=types, scope="openid offline_access")
    ).json()
    rp = RelyingParty(http, body["client_id"], body["client_secret"])
    asked = {"scope": OFFLINE, "authorization_details": details(ACCOUNTS)}
    issued = (await rp.exchange((await walk(rp, **asked)).params["code"])).json()

    del config.authorization_details_types["account_information"]
    refreshed = await rp.refresh(issued["refresh_token"])
    refused = await rp.refresh(
        refreshed.json()["refresh_token"], authorization_details=details(PAYMENT)
    )

    assert issued["authorization_details"] == [ACCOUNTS]
    assert refreshed.status_code == 200
    assert "authorization_details" not in refreshed.json()
    assert refused.json()["error"] == "invalid_authorization_details"
