"""What is refused of tokens by way of the browser (OIDC Core §3.2.2.6, §3.3.2.6)."""

from typing import Any
from urllib.parse import urldefrag

import pytest

from idp.config import Config
from idp.signing.algorithms import Algorithm
from idp.signing.key import KeyState, SigningKey
from idp.signing.key_set import KeySet
from idp.storage.grants import list_client_grants
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, Configure, SignIn
from tests.parties.browser import Arrival, Browser
from tests.parties.clients import BY_BROWSER
from tests.parties.relying_party import RelyingParty


@pytest.fixture
def config(configure: Configure) -> Config:
    """Let clients have tokens by way of the browser."""
    return configure(protocol={"implicit": True})


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that is registered for everything."""
    return await add_client(**BY_BROWSER)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "token", "response_mode": "query"}, "unsupported_response_type"),
        ({"response_type": "token magic"}, "unsupported_response_type"),
        ({"response_type": "code none"}, "unsupported_response_type"),
        ({"response_type": "id_token", "nonce": None}, "invalid_request"),
        ({"response_type": "code id_token", "nonce": ""}, "invalid_request"),
        ({"response_type": "id_token token", "scope": "profile"}, "invalid_request"),
        ({"response_type": "id_token token", "response_mode": "query"}, "invalid_request"),
        ({"response_type": "code token", "code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "id_token", "prompt": "none"}, "login_required"),
    ],
)
async def test_refusal_travels_the_same_way(
    rp: RelyingParty, browser: Browser, changes: dict[str, Any], error: str
) -> None:
    """The client reads errors where it would read tokens (§3.2.2.6, §3.3.2.6)."""
    arrival = await browser.open(rp.authorization_url(**changes))

    assert isinstance(arrival, Arrival)
    assert bool(urldefrag(arrival.url)[1]) == ("token" in changes["response_type"])
    assert arrival.params["error"] == error
    assert arrival.params["state"] == rp.state
    assert arrival.params["iss"] == ISSUER


async def test_client_is_registered_for_each_response_type(
    add_client: AddClient, browser: Browser
) -> None:
    """One that is registered for a code gets nothing else."""
    rp = await add_client()

    arrival = await browser.open(rp.authorization_url(response_type="id_token"))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "unauthorized_client"


async def test_pkce_is_for_codes(add_client: AddClient, alice: User, walk: SignIn) -> None:
    """A public client that asks for an ID token alone has no code to protect."""
    rp = await add_client(
        response_types=["id_token"],
        grant_types=["implicit"],
        token_endpoint_auth_method="none",
    )

    arrival = await walk(
        rp, response_type="id_token", code_challenge=None, code_challenge_method=None
    )

    assert "id_token" in arrival.params


async def test_metadata_says_so(rp: RelyingParty) -> None:
    """The lists follow the setting (OIDC Discovery §3)."""
    metadata = (await rp.http.get("/.well-known/openid-configuration")).json()

    assert sorted(metadata["response_types_supported"]) == sorted(BY_BROWSER["response_types"])
    assert "implicit" in metadata["grant_types_supported"]


@pytest.mark.parametrize("access_token_format", ["jwt", "opaque"])
async def test_nothing_is_left_of_an_answer_that_cannot_be_given(
    add_client: AddClient,
    alice: User,
    walk: SignIn,
    provider: Provider,
    access_token_format: str,
) -> None:
    """If the client's algorithm was taken away, there is neither code nor grant."""
    rp = await add_client(
        **BY_BROWSER,
        id_token_signed_response_alg="Ed25519",
        access_token_format=access_token_format,
    )
    only_key = SigningKey.generate(Algorithm.RS256)
    provider.signer.key_set = KeySet([only_key.publish(KeyState.ACTIVE)], [only_key])

    arrival = await walk(rp, response_type="code id_token token")

    assert urldefrag(arrival.url)[1]
    assert arrival.params["error"] == "unauthorized_client"
    assert await provider.database.run(list_client_grants, alice.user_id) == []
