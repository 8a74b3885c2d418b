"""What the tests of authorization requests share: a client, a request, the rules of a server."""

from collections.abc import Callable
from typing import Any

import pytest

from idp import clock
from idp.authorization.checks import Rules
from idp.authorization.request import AddressedRequest
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.parameters import Parameters
from idp.signing.algorithms import Algorithm
from idp.signing.key import KeyState, SigningKey
from idp.signing.key_set import KeySet
from idp.signing.signer import Signer
from idp.vocabulary import ResponseMode

REDIRECT_URI = "https://rp.example/callback"

MakeClient = Callable[..., Client]
MakeRules = Callable[..., Rules]
MakeRequest = Callable[..., AddressedRequest]


@pytest.fixture(scope="session")
def signer() -> Signer:
    """Sign with one key."""
    key = SigningKey.generate(Algorithm.ES256)
    return Signer(KeySet([key.publish(KeyState.ACTIVE)], [key]))


@pytest.fixture
def make_client() -> MakeClient:
    """Make confidential clients, or as the keyword arguments say."""

    def make(**changes: Any) -> Client:
        values: dict[str, Any] = {
            "client_id": "notes",
            "redirect_uris": (REDIRECT_URI,),
            "scope": frozenset({"openid", "profile", "offline_access", "notes.read"}),
            "created_at": clock.now(),
            "metadata": {},
        }
        return Client(**(values | changes))

    return make


@pytest.fixture
def make_rules(signer: Signer) -> MakeRules:
    """Make the rules of a server whose settings are these."""

    def make(**settings: Any) -> Rules:
        return Rules(Config(issuer="https://idp.example", **settings), signer)

    return make


@pytest.fixture
def make_request(make_client: MakeClient) -> MakeRequest:
    """Make requests with the parameters that are given; None drops one, a list repeats it."""

    def make(client: Client | None = None, **changes: str | list[str] | None) -> AddressedRequest:
        parameters: dict[str, str | list[str] | None] = {
            "client_id": "notes",
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": "openid",
            "nonce": "n",
        }
        pairs = [
            (name, value)
            for name, values in (parameters | changes).items()
            for value in ([values] if isinstance(values, str) else values or [])
        ]
        return AddressedRequest(
            parameters=Parameters(pairs),
            client=client or make_client(),
            redirect_uri=REDIRECT_URI,
            redirect_uri_sent=True,
            response_mode=ResponseMode.QUERY,
        )

    return make
