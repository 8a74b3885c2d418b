"""Tokens that are bound to the key of a proof (RFC 9449 §5, §5.2, §6)."""

from typing import Any

import pytest

from idp.config import Config
from idp.oauth2 import dpop
from idp.storage.users import User
from idp.upkeep import purge
from idp.web.provider import Provider
from tests.conftest import PASSWORD, AddClient, Clock, SignIn, Tokens
from tests.parties.clients import KEY, MACHINE, PASSWORD_CLIENT, AssertingClient
from tests.parties.dpop import Holder, ProvingParty
from tests.parties.relying_party import RelyingParty, unverified_claims

OFFLINE = "openid offline_access"
PUBLIC = {"token_endpoint_auth_method": "none"}


@pytest.fixture
def holder(config: Config) -> Holder:
    """Hold a key."""
    return Holder(config.issuer)


@pytest.fixture
async def app_with_key(public_rp: RelyingParty, holder: Holder) -> ProvingParty:
    """Add a public client, with a key."""
    return ProvingParty(public_rp, holder)


@pytest.fixture
async def site_with_key(rp: RelyingParty, holder: Holder) -> ProvingParty:
    """Add a confidential client, with a key."""
    return ProvingParty(rp, holder)


def bound_to(response: dict[str, Any]) -> tuple[str, str | None]:
    """Say how an access token is sent, and to which key it is bound."""
    cnf = unverified_claims(response["access_token"]).get("cnf", {})
    return response["token_type"], cnf.get("jkt")


async def test_every_grant_type_binds_its_tokens(
    site_with_key: ProvingParty, holder: Holder, alice: User, tokens: Tokens, add_client: AddClient
) -> None:
    """A code, a refresh token, a client's own credentials, a password (§5)."""
    by_password = ProvingParty(await add_client(**PASSWORD_CLIENT), holder)
    machine = ProvingParty(await add_client(**MACHINE), holder)

    by_code = await tokens(site_with_key, scope=OFFLINE)
    answers = [
        by_code,
        (await site_with_key.refresh(by_code["refresh_token"])).json(),
        (await machine.token(grant_type="client_credentials")).json(),
        (
            await by_password.token(grant_type="password", username="alice", password=PASSWORD)
        ).json(),
    ]

    assert [bound_to(each) for each in answers] == [("DPoP", holder.jkt)] * 4


async def test_without_a_proof_tokens_are_for_their_bearer(
    rp: RelyingParty, alice: User, tokens: Tokens
) -> None:
    """DPoP is used by whoever sends a proof (§5)."""
    response = await tokens(rp)

    assert bound_to(response) == ("Bearer", None)


async def test_6_2_introspection_tells_the_key(
    add_client: AddClient, holder: Holder, alice: User, tokens: Tokens
) -> None:
    """Of tokens in either format: resource servers look for it there."""
    for access_token_format in ("jwt", "opaque"):
        rp = ProvingParty(await add_client(access_token_format=access_token_format), holder)
        token = (await tokens(rp))["access_token"]

        described = (await rp.introspect(token)).json()

        assert (described["active"], described["token_type"]) == (True, "DPoP")
        assert described["cnf"] == {"jkt": holder.jkt}


async def test_refresh_token_of_a_public_client_needs_its_key(
    app_with_key: ProvingParty, public_rp: RelyingParty, config: Config, alice: User, tokens: Tokens
) -> None:
    """A thief without the key gets nothing, and costs the owner nothing (§5)."""
    issued = await tokens(app_with_key, scope=OFFLINE)
    thief = ProvingParty(public_rp, Holder(config.issuer))

    stolen = [
        await thief.refresh(issued["refresh_token"]),
        await public_rp.refresh(issued["refresh_token"]),
    ]
    by_owner = await app_with_key.refresh(issued["refresh_token"])

    assert [(each.status_code, each.json()["error"]) for each in stolen] == [
        (400, "invalid_grant")
    ] * 2
    assert by_owner.status_code == 200
    assert (await app_with_key.userinfo(by_owner.json()["access_token"])).status_code == 200


async def test_successor_of_a_bound_refresh_token_is_bound_too(
    app_with_key: ProvingParty, public_rp: RelyingParty, config: Config, alice: User, tokens: Tokens
) -> None:
    """As is the one that is given again to a client that lost the answer."""
    first = (await tokens(app_with_key, scope=OFFLINE))["refresh_token"]
    second = (await app_with_key.refresh(first)).json()["refresh_token"]
    thief = ProvingParty(public_rp, Holder(config.issuer))

    assert second != first
    assert (await thief.refresh(first)).json()["error"] == "invalid_grant"
    assert (await thief.refresh(second)).json()["error"] == "invalid_grant"
    assert (await app_with_key.refresh(first)).json()["refresh_token"] == second
    assert (await app_with_key.refresh(second)).status_code == 200


async def test_confidential_client_may_change_its_key(
    site_with_key: ProvingParty, rp: RelyingParty, config: Config, alice: User, tokens: Tokens
) -> None:
    """Its refresh token is bound to the client already; the access token is to the new key (§5)."""
    issued = await tokens(site_with_key, scope=OFFLINE)
    other = Holder(config.issuer)

    refreshed = (await ProvingParty(rp, other).refresh(issued["refresh_token"])).json()

    assert bound_to(refreshed) == ("DPoP", other.jkt)
    assert refreshed["refresh_token"] == issued["refresh_token"]  # FAPI 2.0 §5.3.2.1


async def test_11_1_proof_is_good_once(site_with_key: ProvingParty, add_client: AddClient) -> None:
    """For whichever client it was sent."""
    machine = ProvingParty(await add_client(**MACHINE), site_with_key.holder)
    another = ProvingParty(await add_client(**MACHINE), site_with_key.holder)
    machine.proof = another.proof = machine.holder.prove("POST", "/token")

    first = await machine.token(grant_type="client_credentials")
    again = [await each.token(grant_type="client_credentials") for each in (machine, another)]

    assert first.status_code == 200
    refusal = {"error": "invalid_dpop_proof", "error_description": dpop.USED}
    assert [each.json() for each in again] == [refusal] * 2


async def test_11_1_jti_of_another_key_is_another(add_client: AddClient, config: Config) -> None:
    """Nobody can use up what others will use."""
    rp = await add_client(**MACHINE)
    answers = []

    for holder in (Holder(config.issuer), Holder(config.issuer)):
        machine = ProvingParty(rp, holder)
        machine.proof = holder.prove("POST", "/token", jti="1")
        answers.append(await machine.token(grant_type="client_credentials"))

    assert [each.status_code for each in answers] == [200, 200]


async def test_11_1_proof_of_the_future_is_good_once(
    add_client: AddClient, holder: Holder, provider: Provider, clock: Clock
) -> None:
    """It is remembered for as long as it holds, however often what has expired is removed."""
    machine = ProvingParty(await add_client(**MACHINE), holder)
    clock.move(58)
    machine.proof = holder.prove("POST", "/token")
    clock.move(-58)
    assert (await machine.token(grant_type="client_credentials")).status_code == 200

    clock.move(116)
    await purge(provider.database, provider.config)
    again = await machine.token(grant_type="client_credentials")

    assert again.json()["error_description"] == dpop.USED


async def test_failed_request_has_spent_its_proof(
    site_with_key: ProvingParty, alice: User, walk: SignIn
) -> None:
    """Whoever saw it has no second try with it; the code of the right client is still good."""
    code = (await walk(site_with_key)).params["code"]
    site_with_key.proof = site_with_key.holder.prove("POST", "/token")

    mistyped = await site_with_key.exchange(code, redirect_uri="https://rp.example/other")
    again = await site_with_key.exchange(code)
    site_with_key.proof = None
    right = await site_with_key.exchange(code)

    assert [each.json().get("error") for each in (mistyped, again, right)] == [
        "invalid_grant",
        "invalid_dpop_proof",
        None,
    ]


async def test_wrong_secret_does_not_spend_a_proof(
    rp: RelyingParty, site_with_key: ProvingParty, alice: User, walk: SignIn
) -> None:
    """The client is authenticated first, so that strangers fill no table."""
    code = (await walk(rp)).params["code"]
    site_with_key.proof = site_with_key.holder.prove("POST", "/token")
    secret, site_with_key.client_secret = site_with_key.client_secret, "wrong"

    refused = await site_with_key.exchange(code)
    site_with_key.client_secret = secret
    right = await site_with_key.exchange(code)

    assert [refused.json().get("error"), right.json().get("error")] == ["invalid_client", None]


async def test_5_2_client_that_always_proves(
    add_client: AddClient, holder: Holder, alice: User, walk: SignIn
) -> None:
    """Without a proof its token request is refused, and the code is still good."""
    rp = await add_client(dpop_bound_access_tokens=True)
    code = (await walk(rp)).params["code"]

    refused = await rp.exchange(code)
    right = await ProvingParty(rp, holder).exchange(code)

    assert (refused.status_code, refused.json()) == (
        400,
        {"error": "invalid_request", "error_description": dpop.NEEDED_BY_CLIENT},
    )
    assert bound_to(right.json()) == ("DPoP", holder.jkt)


async def test_proof_goes_with_every_client_authentication(
    add_client: AddClient, http: Any, config: Config, holder: Holder
) -> None:
    """A signed assertion and a proof are about two things (§4)."""
    registered = await add_client(**AssertingClient.metadata(KEY))
    client = AssertingClient(http, registered.client_id, config.issuer)
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": client.sign(),
    }

    proof = holder.prove("POST", "/token")
    response = await http.post("/token", data=form, headers={"DPoP": proof})

    assert bound_to(response.json()) == ("DPoP", holder.jkt)
