"""A client that signs what it asks, and gets a signed answer (FAPI 2.0 Message Signing §5)."""

import time
from typing import Any

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient
from tests.parties.browser import Browser, Page
from tests.parties.clients import KEY
from tests.parties.fapi import MESSAGE_SIGNING, SECURITY, FAPIParty
from tests.parties.jarm import carried, verified
from tests.parties.pushing import url_of
from tests.parties.request_objects import request_object


@pytest.fixture
async def rp(add_client: AddClient, config: Config) -> FAPIParty:
    """Add a client of the profile."""
    return FAPIParty(await add_client(**MESSAGE_SIGNING), config.issuer)


def signed(rp: FAPIParty, **changes: Any) -> str:
    """Sign a request as the profile wants it, but for the changes."""
    claims = {"nbf": int(time.time()), "response_mode": "jwt"} | changes
    return request_object(rp, key=KEY, **claims)


async def test_the_whole_way(rp: FAPIParty, alice: User, browser: Browser) -> None:
    """The request is signed and pushed, the answer is signed, and its code gives tokens."""
    pushed = await rp.post("/par", request=signed(rp))
    assert pushed.status_code == 201, pushed.text

    shown = await browser.open(url_of(rp, pushed.json()["request_uri"]))
    assert isinstance(shown, Page)
    shown = await browser.sign_in(shown, "alice", PASSWORD)
    assert isinstance(shown, Page)
    shown = await browser.submit(shown, "consent-allow")
    answer = await verified(rp, carried(shown), "ES256")

    assert answer["state"] == rp.state
    assert (await rp.exchange(answer["code"])).json()["token_type"] == "DPoP"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nbf": None}, "must have exp and nbf"),
        ({"exp": None}, "must have exp and nbf"),
        ({"nbf": -3700}, "must not be good for over an hour"),
        ({"exp": 3700}, "must not be good for over an hour"),
    ],
)
async def test_object_is_good_for_an_hour_at_most(
    rp: FAPIParty, changes: dict[str, int | None], said: str
) -> None:
    """A request that was signed long ago, or for long, is refused (§5.3.1)."""
    now = int(time.time())
    shifted = {name: None if at is None else now + at for name, at in changes.items()}

    response = await rp.post("/par", request=signed(rp, **shifted))

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request_object")
    assert said in response.json()["error_description"]


@pytest.mark.parametrize("required", [True, False])
async def test_object_of_who_signs_no_more_than_requests(
    required: bool, add_client: AddClient, config: Config
) -> None:
    """It is held to the same, whether the client must sign its requests or does so (§5.3.1)."""
    metadata = SECURITY | {"require_signed_request_object": required}
    rp = FAPIParty(await add_client(**metadata), config.issuer)

    without_nbf = await rp.post("/par", request=signed(rp, nbf=None, response_mode=None))
    without_aud = await rp.post("/par", request=signed(rp, aud=None, typ=None))
    whole = await rp.post("/par", request=signed(rp, response_mode=None))

    for response in (without_nbf, without_aud):
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request_object")
    assert whole.status_code == 201


async def test_answer_is_signed(rp: FAPIParty) -> None:
    """A response mode without a signature is refused (§5.4)."""
    response = await rp.post("/par", request=signed(rp, response_mode="query"))

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert "ends in jwt" in response.json()["error_description"]


async def test_unsigned_request_is_refused(rp: FAPIParty) -> None:
    """It is not enough that it was pushed."""
    response = await rp.post("/par", response_type="code", response_mode="jwt")

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert "signed request object" in response.json()["error_description"]
