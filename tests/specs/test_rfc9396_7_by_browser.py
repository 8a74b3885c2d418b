"""Authorization details that come with a token by way of the browser (RFC 9396 §7)."""

import json

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Configure, SignIn
from tests.parties.clients import BY_BROWSER
from tests.parties.jarm import response_of
from tests.parties.relying_party import RelyingParty

PAYMENT = {"type": "payment", "identifier": "it's \u00c6gir's"}


@pytest.fixture
def config(configure: Configure) -> Config:
    """Declare a type, and let tokens travel by way of the browser."""
    payment = {"sentence": "Pay this", "identifier": "To"}
    return configure(protocol={"implicit": True}, authorization_details_types={"payment": payment})


@pytest.fixture
async def rp(add_client: AddClient) -> RelyingParty:
    """Add a client that may ask for payments."""
    return await add_client(**BY_BROWSER, authorization_details_types=["payment"])


@pytest.mark.parametrize("mode", ["fragment", "jwt"])
async def test_7_details_are_json(rp: RelyingParty, alice: User, walk: SignIn, mode: str) -> None:
    """A parameter is a text, and in this one are the details as the client sent them."""
    arrival = await walk(
        rp,
        response_type="code token",
        response_mode=mode,
        authorization_details=json.dumps([PAYMENT]),
    )

    params = arrival.params if mode == "fragment" else await response_of(rp, arrival)
    assert json.loads(params["authorization_details"]) == [PAYMENT]
    assert int(params["expires_in"]) > 0
