"""Pushed requests whose codes are bound to a key (RFC 9449 §10.1)."""

import pytest

from idp.config import Config
from idp.storage.users import User
from tests.conftest import PASSWORD, AddClient
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.pushing import push, url_of
from tests.parties.relying_party import RelyingParty, unverified_claims


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


async def code_of(browser: Browser, rp: RelyingParty, **changes: str | None) -> str:
    """Push a request, let alice do what it needs, and give the code."""
    pushed = await push(rp, **changes)
    assert pushed.status_code == 201, pushed.text
    login = await browser.open(url_of(rp, pushed.json()["request_uri"]))
    assert isinstance(login, Page)
    consent = await browser.sign_in(login, "alice", PASSWORD)
    assert isinstance(consent, Page)
    arrival = await browser.submit(consent, "consent-allow")
    assert isinstance(arrival, Arrival)
    return arrival.params["code"]


@pytest.mark.parametrize("says_so", [False, True], ids=["proof alone", "proof and dpop_jkt"])
async def test_code_is_bound_to_the_key_of_the_proof(
    rp: RelyingParty, holder: Holder, config: Config, alice: User, browser: Browser, says_so: bool
) -> None:
    """A proof at this endpoint is as good as a dpop_jkt, through login and consent."""
    party = ProvingParty(rp, holder)
    code = await code_of(browser, party, dpop_jkt=holder.jkt if says_so else None)

    stolen = [await rp.exchange(code), await ProvingParty(rp, Holder(config.issuer)).exchange(code)]
    right = await party.exchange(code)

    assert [each.json()["error"] for each in stolen] == ["invalid_grant"] * 2
    assert unverified_claims(right.json()["access_token"])["cnf"] == {"jkt": holder.jkt}


async def test_dpop_jkt_may_be_pushed_without_a_proof(
    rp: RelyingParty, holder: Holder, alice: User, browser: Browser
) -> None:
    """As by way of the browser (§10)."""
    code = await code_of(browser, rp, dpop_jkt=holder.jkt)

    assert (await rp.exchange(code)).json()["error"] == "invalid_grant"
    assert (await ProvingParty(rp, holder).exchange(code)).status_code == 200


async def test_dpop_jkt_of_another_key_is_refused(
    rp: RelyingParty, holder: Holder, config: Config
) -> None:
    """The two must not differ."""
    response = await push(ProvingParty(rp, holder), dpop_jkt=Holder(config.issuer).jkt)

    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"
    assert "dpop_jkt" in response.json()["error_description"]


async def test_proof_is_for_this_endpoint_and_good_once(rp: RelyingParty, holder: Holder) -> None:
    """One that was made for the token endpoint is not taken, nor one twice (§4.3)."""
    party = ProvingParty(rp, holder)

    party.proof = holder.prove("POST", "/token")
    elsewhere = await push(party)
    party.proof = holder.prove("POST", "/par")
    here = [await push(party), await push(party)]

    assert elsewhere.json()["error"] == "invalid_dpop_proof"
    assert [each.status_code for each in here] == [201, 400]


async def test_client_that_always_proves_may_push_without(
    add_client: AddClient, holder: Holder, alice: User, browser: Browser
) -> None:
    """dpop_bound_access_tokens is about token requests (§5.2)."""
    rp = await add_client(dpop_bound_access_tokens=True)

    code = await code_of(browser, rp)

    assert (await rp.exchange(code)).json()["error"] == "invalid_request"
    assert (await ProvingParty(rp, holder).exchange(code)).json()["token_type"] == "DPoP"
