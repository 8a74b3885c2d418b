"""Authorization codes that are bound to a key from the start (RFC 9449 §10)."""

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient, SignIn
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty, unverified_claims

WRONG_KEY = "The code is bound to another key: send a DPoP proof of the key of dpop_jkt."


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


async def test_code_is_good_with_its_key_alone(
    rp: RelyingParty, holder: Holder, config: Config, alice: User, walk: SignIn
) -> None:
    """A thief with another key, or none, gets nothing, and costs the owner nothing."""
    code = (await walk(rp, dpop_jkt=holder.jkt)).params["code"]

    stolen = [
        await ProvingParty(rp, Holder(config.issuer)).exchange(code),
        await rp.exchange(code),
    ]
    right = await ProvingParty(rp, holder).exchange(code)

    assert [(each.status_code, each.json()) for each in stolen] == [
        (400, {"error": "invalid_grant", "error_description": WRONG_KEY})
    ] * 2
    assert unverified_claims(right.json()["access_token"])["cnf"] == {"jkt": holder.jkt}


async def test_replay_by_another_key_ends_nothing(
    rp: RelyingParty, holder: Holder, config: Config, alice: User, walk: SignIn
) -> None:
    """Only who has all the right values is known to have a copy (RFC 6749 §4.1.2)."""
    party = ProvingParty(rp, holder)
    code = (await walk(rp, dpop_jkt=holder.jkt)).params["code"]
    token = (await party.exchange(code)).json()["access_token"]

    await ProvingParty(rp, Holder(config.issuer)).exchange(code)
    after_other_key = await party.userinfo(token)
    await party.exchange(code)
    after_right_key = await party.userinfo(token)

    assert (after_other_key.status_code, after_right_key.status_code) == (200, 401)


async def test_key_is_remembered_through_login_and_consent(
    rp: RelyingParty, holder: Holder, browser: Browser, alice: User
) -> None:
    """The request waits, with its key, until somebody has signed in and allowed it."""
    login_page = await browser.open(rp.authorization_url(dpop_jkt=holder.jkt))
    assert isinstance(login_page, Page)
    consent_page = await browser.sign_in(login_page, "alice", PASSWORD)
    assert isinstance(consent_page, Page)
    arrival = await browser.submit(consent_page, "consent-allow")
    assert isinstance(arrival, Arrival)

    response = await rp.exchange(arrival.params["code"])

    assert response.json()["error_description"] == WRONG_KEY


@pytest.mark.parametrize("dpop_jkt", ["x", "A" * 42, "A" * 44, "=" * 43, "A" * 42 + "B", "é" * 43])
async def test_what_is_no_thumbprint_is_refused(
    rp: RelyingParty, browser: Browser, dpop_jkt: str
) -> None:
    """At the client's redirect URI, before anybody signs in."""
    arrival = await browser.open(rp.authorization_url(dpop_jkt=dpop_jkt))

    assert isinstance(arrival, Arrival)
    assert arrival.params["error"] == "invalid_request"
    assert arrival.params["error_description"] == (
        "The dpop_jkt is not the base64url of a SHA-256."
    )


async def test_public_client_needs_both_verifier_and_key(
    add_client: AddClient, holder: Holder, alice: User, walk: SignIn
) -> None:
    """A key does not stand in for PKCE (§10)."""
    rp = await add_client(token_endpoint_auth_method="none")
    party = ProvingParty(rp, holder)
    code = (await walk(rp, dpop_jkt=holder.jkt)).params["code"]

    without = await party.exchange(code, code_verifier=None)
    right = await party.exchange(code)

    assert (without.json()["error"], right.status_code) == ("invalid_request", 200)
