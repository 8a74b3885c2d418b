"""Introspection by the API that tokens are for (RFC 7662 §4, RFC 9068 §4)."""

from functools import partial

import httpx2
import pytest

from idp.clients.registration import register
from idp.config import Config
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, Configure, Tokens
from tests.parties.relying_party import REDIRECT_URI, RelyingParty, unverified_claims

OFFLINE = "openid offline_access"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let all access tokens be for one API."""
    return configure(tokens={"audience": "calendar"})


@pytest.fixture
async def api(provider: Provider, http: httpx2.AsyncClient) -> RelyingParty:
    """Add the API as a client that is nothing special, but has the name of the audience."""
    metadata = {"redirect_uris": [REDIRECT_URI]}
    add = partial(register, metadata, provider.config, client_id="calendar")
    registered = await provider.database.run(add)
    assert registered.client_secret is not None
    return RelyingParty(http, "calendar", registered.client_secret.reveal())


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_4_a_client_sees_what_is_for_it(
    api: RelyingParty, add_client: AddClient, alice: User, tokens: Tokens, access_token_format: str
) -> None:
    """Access tokens with its audience, of whichever client; no refresh token of another."""
    rp = await add_client(access_token_format=access_token_format)
    stranger = await add_client()
    issued = await tokens(rp, scope=OFFLINE)

    described = (await api.introspect(issued["access_token"])).json()
    refused = [
        (await api.introspect(issued["refresh_token"])).json(),
        (await stranger.introspect(issued["access_token"])).json(),
    ]

    assert (described["active"], described["aud"]) == (True, "calendar")
    assert (described["sub"], described["client_id"]) == (alice.user_id, rp.client_id)
    assert refused == [{"active": False}] * 2


async def test_3_audience_of_the_token(rp: RelyingParty, alice: User, tokens: Tokens) -> None:
    """The API finds itself in the token, and UserInfo takes it all the same."""
    token = (await tokens(rp))["access_token"]

    assert unverified_claims(token)["aud"] == "calendar"
    assert (await rp.userinfo(token)).json()["sub"] == alice.user_id
