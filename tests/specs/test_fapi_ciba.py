"""Clients that are held to FAPI-CIBA: what they must say, and how answers to them are named."""

import json
import uuid

import httpx2
import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import AddClient, Configure, Logged
from tests.parties.backchannel import BANK, asked, opened, sign
from tests.parties.browser import Browser, Page
from tests.parties.certificates import VERIFYING, holding, make_certificate
from tests.parties.clients import KEY
from tests.parties.detailed import PAYMENT, TYPES
from tests.parties.fapi import FAPI_CIBA, FAPIBank
from tests.parties.letters import Inbox
from tests.parties.relying_party import RelyingParty

CERTIFICATE = make_certificate()
NAMED = "5d6d1c0e-6a5b-4d2f-9d51-0c4f1c0a9a11"


@pytest.fixture
def config(configure: Configure) -> Config:
    """Stand behind a proxy that verifies certificates, and know what a payment is."""
    return configure(
        server=VERIFYING, throttle={"enabled": False}, authorization_details_types=TYPES
    )


@pytest.fixture
async def bank(add_client: AddClient, transport: httpx2.ASGITransport, config: Config) -> FAPIBank:
    """Add a client of the profile, which comes with its certificate."""
    rp = await add_client(**FAPI_CIBA | {"authorization_details_types": ["payment"]})
    return FAPIBank(holding(rp, transport, CERTIFICATE), config.issuer)


async def ask(bank: FAPIBank, **changes: object) -> httpx2.Response:
    """Ask by a signed request."""
    return await bank.post("/bc-authorize", request=sign(bank, key=KEY, **changes))


async def test_5_2_2_request_has_something_of_its_own(bank: FAPIBank, alice: User) -> None:
    """A message to compare, or what it is about in detail: without either it is refused."""
    bare = await ask(bank)

    assert (bare.status_code, bare.json()["error"]) == (400, "invalid_request")
    assert (await ask(bank, binding_message="W4SCT")).status_code == 200
    assert (await ask(bank, authorization_details=[PAYMENT])).status_code == 200


async def test_5_2_2_request_is_signed(bank: FAPIBank, alice: User) -> None:
    """As the profile wants it, though the registration says nothing of it."""
    response = await bank.post(
        "/bc-authorize", scope="openid", login_hint="alice", binding_message="W4SCT"
    )

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def access_token_of(bank: FAPIBank, browser: Browser, letters: Inbox) -> str:
    """Let alice allow what is asked, and give the access token."""
    response = await ask(bank, binding_message="W4SCT")
    letter = await letters.letter_to("alice@example.com", "asks you to confirm")
    page = await opened(browser, letter.link)
    assert isinstance(page, Page)
    await browser.submit(page, "consent-allow")
    grant_type = "urn:openid:params:grant-type:ciba"
    polled = await bank.token(grant_type=grant_type, auth_req_id=response.json()["auth_req_id"])
    token: str = polled.json()["access_token"]
    return token


async def test_6_2_1_answer_is_named_as_the_request(
    bank: FAPIBank, alice: User, browser: Browser, letters: Inbox, logged: Logged
) -> None:
    """Both sides find it in their logs by one name; what is none is not repeated (FAPI 1.0)."""
    token = await access_token_of(bank, browser, letters)
    given = []

    for sent in (NAMED, "no\u00a0name", f"{NAMED}0", None):
        headers = {"Authorization": f"Bearer {token}"}
        headers |= {} if sent is None else {"x-fapi-interaction-id": sent}
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        response = await bank.http.get("/userinfo", headers=encoded)
        assert response.status_code == 200
        given.append(response.headers["x-fapi-interaction-id"])

    assert given[0] == NAMED
    assert len(set(given)) == 4
    assert all(uuid.UUID(each) for each in given)
    lines = [line for line in logged() if line["event"] == "fapi_interaction"]
    assert [line["interaction_id"] for line in lines] == given
    assert NAMED in json.dumps(lines[0])


async def test_6_2_1_answers_to_others_have_no_name(
    add_client: AddClient, alice: User, browser: Browser, letters: Inbox
) -> None:
    """Only clients look for it that are held to FAPI, or may be."""
    rp: RelyingParty = await add_client(**BANK)
    waiting = await asked(rp)
    letter = await letters.letter_to("alice@example.com", "asks you to confirm")
    page = await opened(browser, letter.link)
    assert isinstance(page, Page)
    await browser.submit(page, "consent-allow")
    token = (await waiting.poll()).json()["access_token"]

    headers = {"Authorization": f"Bearer {token}", "x-fapi-interaction-id": NAMED}
    response = await rp.http.get("/userinfo", headers=headers)

    assert response.status_code == 200
    assert "x-fapi-interaction-id" not in response.headers
