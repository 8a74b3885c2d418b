"""The JWT bearer grant: another issuer speaks of a person (RFC 7523 §2.1, §3, RFC 7521 §4.1)."""

from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.audit_events import list_events_of_user
from idp.storage.users import User
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, AddUser, Configure
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.self_registered import send_registration
from tests.parties.trusted_issuer import (
    ASSERTING,
    CI,
    JWT_BEARER,
    KEY,
    TOKEN_EXCHANGE,
    TrustedIssuer,
    publish,
    refusal,
    send,
)


@pytest.fixture
def config(configure: Configure, tmp_path: Path) -> Config:
    """Believe an issuer."""
    issuers = {CI: {"jwks": publish(tmp_path), "user_by": "username"}}
    return configure(trusted_issuers=issuers, client_registration={"mode": "open"})


@pytest.fixture
def issuer() -> TrustedIssuer:
    """Give the issuer that is believed."""
    return TrustedIssuer(ISSUER)


@pytest.fixture
async def batch(add_client: AddClient) -> RelyingParty:
    """Add a client that may send its assertions."""
    return await add_client(**ASSERTING)


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add the person whom it speaks of; she has no password here."""
    return await add_user("alice", None)


async def test_a_token_for_the_person_it_speaks_of(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """The access token is theirs, and nothing else comes with it (RFC 7521 §4.1)."""
    response = await send(batch, issuer.sign())

    body = response.json()
    claims = unverified_claims(body["access_token"])
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert (claims["sub"], claims["client_id"]) == (alice.user_id, batch.client_id)
    assert claims["scope"] == body["scope"] == "notes.read notes.write"
    assert "acr" not in claims


async def test_scope_may_be_narrowed(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """It is what is asked for, of what the client is registered for (RFC 7523 §2.1)."""
    narrowed = (await send(batch, issuer.sign(), scope="notes.read")).json()

    assert narrowed["scope"] == "notes.read"


@pytest.mark.parametrize("scope", ["openid", "offline_access", "notes.read admin", "a\tb"])
async def test_scope_of_sign_ins_is_refused(
    add_client: AddClient, issuer: TrustedIssuer, alice: User, scope: str
) -> None:
    """Nobody has signed in: neither an ID token nor a refresh token comes of it."""
    metadata = ASSERTING | {"scope": "openid offline_access notes.read"}
    client = await add_client(**metadata)

    refused = await send(client, issuer.sign(), scope=scope)
    usual = (await send(client, issuer.sign())).json()

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    assert usual["scope"] == "notes.read"
    assert {"id_token", "refresh_token"}.isdisjoint(usual)


async def test_a_client_without_a_scope_of_its_own_gets_none(
    add_client: AddClient, issuer: TrustedIssuer, alice: User
) -> None:
    """What it was not registered for, it cannot have."""
    client = await add_client(**ASSERTING | {"scope": "openid"})

    response = await send(client, issuer.sign())

    assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")


async def test_missing(batch: RelyingParty) -> None:
    """The parameter assertion is required (RFC 7523 §2.1)."""
    response = await batch.token(grant_type=JWT_BEARER)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_who_may(
    add_client: AddClient, rp: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """Only a client that was registered for it, and that proves who it is (default deny)."""
    batch = await add_client(**ASSERTING)
    nameless = RelyingParty(batch.http, batch.client_id)

    answers = [await send(client, issuer.sign()) for client in (rp, nameless)]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (400, "unauthorized_client"),
        (401, "invalid_client"),
    ]


async def test_a_client_speaks_for_nobody(
    add_client: AddClient, issuer: TrustedIssuer, alice: User
) -> None:
    """An assertion that the client has issued itself is not believed, whatever key it has."""
    jwks = {"keys": [KEY.as_dict(private=False)]}
    client = await add_client(**ASSERTING | {"jwks": jwks})

    answer = await refusal(client, issuer.sign(iss=client.client_id))

    assert answer[:2] == (400, "invalid_grant")


async def test_what_the_issuer_knows_of_the_sign_in(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """When and how well the person was authenticated there is told here (RFC 9068 §2.2.1)."""
    at = issuer.claims()["iat"] - 100
    assertion = issuer.sign(auth_time=at, amr=["pwd", "otp", "mfa", 1])

    claims = unverified_claims((await send(batch, assertion)).json()["access_token"])

    assert claims["auth_time"] == at
    assert claims["acr"] == "https://refeds.org/profile/mfa"


async def test_a_second_factor_that_is_required(
    add_client: AddClient, issuer: TrustedIssuer, alice: User
) -> None:
    """A client that wants one is told of nobody whose issuer does not vouch for it."""
    client = await add_client(**ASSERTING | {"require_second_factor": True})

    without = await refusal(client, issuer.sign(amr=["pwd"]))
    with_it = await send(client, issuer.sign(amr=["mfa"]))

    assert without[1:] == (
        "invalid_grant",
        "The assertion must have mfa in amr: users need a second factor here.",
    )
    assert with_it.status_code == 200


async def test_it_is_remembered(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User, provider: Provider
) -> None:
    """The person's events say which client came with whose word."""
    await send(batch, issuer.sign())

    events = await provider.database.run(partial(list_events_of_user, alice.user_id, limit=10))
    (accepted,) = [each for each in events if each.name == "assertion_accepted"]
    assert accepted.client_id == batch.client_id


async def test_of_a_person_who_joins_later(
    batch: RelyingParty, issuer: TrustedIssuer, add_user: AddUser
) -> None:
    """Nobody gets an account by the word of an issuer."""
    before = await refusal(batch, issuer.sign())
    await add_user("alice")
    after = await send(batch, issuer.sign())

    assert before[:2] == (400, "invalid_grant")
    assert after.status_code == 200


@pytest.mark.parametrize(
    "member", [{"trusted_issuers": [CI]}, {"token_exchange_audiences": ["stock"]}], ids=str
)
async def test_no_client_trusts_itself(http: httpx2.AsyncClient, member: dict[str, Any]) -> None:
    """Whom a client may speak for is for the operator to say, not for itself (RFC 7591 §5)."""
    grant_types = ["authorization_code", JWT_BEARER, TOKEN_EXCHANGE]

    by_member = await send_registration(http, **member)
    by_grant_type = await send_registration(http, grant_types=grant_types, **member)

    (name,) = member
    assert (
        by_member.json()
        == by_grant_type.json()
        == {
            "error": "invalid_client_metadata",
            "error_description": f"{name} is for the operator to set; leave it out.",
        }
    )
