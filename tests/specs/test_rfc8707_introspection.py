"""An API sees the tokens that are for it (RFC 7662 §4, RFC 8707 §2)."""

from functools import partial

import httpx2
import pytest

from idp.clients.registration import register
from idp.config import Config
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import AddClient, Configure, Tokens
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

NOTES, MAIL = "https://notes.example", "https://mail.example/v1"
SCOPE = "openid notes.read"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Say which client one of two APIs is."""
    return configure(
        resources={
            NOTES: {"name": "Example Notes", "client_id": "notes-api"},
            MAIL: {"name": "Example Mail"},
        }
    )


@pytest.fixture
async def api(provider: Provider, http: httpx2.AsyncClient) -> RelyingParty:
    """Add that client, which is nothing special."""
    metadata = {"redirect_uris": [REDIRECT_URI]}
    add = partial(register, metadata, provider.config, client_id="notes-api")
    registered = await provider.database.run(add)
    assert registered.client_secret is not None
    return RelyingParty(http, "notes-api", registered.client_secret.reveal())


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_an_api_sees_what_is_for_it_and_nothing_else(
    api: RelyingParty, add_client: AddClient, alice: User, tokens: Tokens, access_token_format: str
) -> None:
    """Also what is for others as well; but nothing that is for others alone, or for nobody."""
    rp = await add_client(scope=SCOPE, access_token_format=access_token_format)
    asked = [NOTES, [NOTES, MAIL], MAIL, None]
    issued = [await tokens(rp, scope=SCOPE, resource=each) for each in asked]

    told = [(await api.introspect(each["access_token"])).json() for each in issued]

    assert [each.get("aud") for each in told] == [NOTES, [MAIL, NOTES], None, None]
    assert told[2:] == [{"active": False}] * 2
    assert told[0]["client_id"] == rp.client_id
