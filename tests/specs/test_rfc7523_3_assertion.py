"""Which assertions of another issuer are believed, and of whom (RFC 7523 §3, RFC 7521 §5)."""

from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from idp.config import Config
from idp.storage.users import User, set_email_verified, set_user_disabled
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddClient, AddUser, Clock, Configure
from tests.parties.relying_party import RelyingParty, unverified_claims
from tests.parties.trusted_issuer import (
    ASSERTING,
    CI,
    TrustedIssuer,
    publish,
    refusal,
    send,
)

BY_SUB = "https://by-sub.example"
BY_EMAIL = "https://by-email.example"
ELSEWHERE = "https://elsewhere.example"
OF_OTHERS = "https://of-others.example"
LOST = "https://lost.example"
STRANGER = ECKey.generate_key("P-256", {"kid": "ci-1"})


@pytest.fixture
def config(configure: Configure, tmp_path: Path) -> Config:
    """Believe several issuers."""
    jwks = publish(tmp_path)
    return configure(
        trusted_issuers={
            CI: {"jwks": jwks, "user_by": "username"},
            BY_SUB: {"jwks": jwks, "user_by": "sub"},
            BY_EMAIL: {"jwks": jwks, "user_by": "email"},
            ELSEWHERE: {"jwks": jwks, "user_by": "username", "audience": "api://notes"},
            OF_OTHERS: {"jwks": jwks, "user_by": "username"},
            LOST: {"jwks": str(tmp_path / "lost.json"), "user_by": "username"},
        }
    )


@pytest.fixture
def issuer() -> TrustedIssuer:
    """Give the issuer that is believed."""
    return TrustedIssuer(ISSUER)


@pytest.fixture
async def batch(add_client: AddClient) -> RelyingParty:
    """Add a client that may send its assertions."""
    issuers = [CI, BY_SUB, BY_EMAIL, ELSEWHERE, LOST]
    return await add_client(**ASSERTING | {"trusted_issuers": issuers})


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add the person whom it speaks of; she has no password here."""
    return await add_user("alice", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [ISSUER]},
        {"aud": ISSUER + "/token"},
        {"aud": [ISSUER, ISSUER + "/token"]},
        {"iat": None},
        {"jti": None},
        {"nbf": 1},
        {"typ": None},
        {"typ": "jwt"},
        {"typ": "application/jwt"},
        {"sub": "ALICE"},
        {"nonsense": {"a": [1]}},
    ],
)
async def test_what_is_believed(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User, changes: dict[str, Any]
) -> None:
    """RFC 7523 §3 asks for iss, sub, aud and exp, and leaves the rest to the issuer."""
    response = await send(batch, issuer.sign(**changes))

    assert response.status_code == 200


UNBELIEVED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"typ": "at+jwt"}, "must be a signed JWT"),
    ({"typ": "logout+jwt"}, "must be a signed JWT"),
    ({"iss": None}, "must be a signed JWT"),
    ({"iss": [CI]}, "must be a signed JWT"),
    ({"nonsense": "a" * 20_000}, "must be a signed JWT"),
    ({"iss": "https://evil.example"}, "must come from an issuer"),
    ({"iss": OF_OTHERS}, "must come from an issuer"),
    ({"iss": CI + "/"}, "must come from an issuer"),
    ({"key": STRANGER}, "must be signed"),
    ({"key": OctKey.import_key("s" * 32, {"kid": "ci-1"}), "alg": "HS256"}, "must be signed"),
    ({"iss": LOST}, "must be signed"),
    ({"aud": None}, "must have the issuer of this server"),
    ({"aud": []}, "must have the issuer of this server"),
    ({"aud": {}}, "must have the issuer of this server"),
    ({"aud": "https://other.example"}, "must have the issuer of this server"),
    ({"aud": [ISSUER, "https://other.example"]}, "must have the issuer of this server"),
    ({"aud": ISSUER + "/"}, "must have the issuer of this server"),
    ({"iss": ELSEWHERE}, "must have the issuer of this server"),
    ({"exp": None}, "must be valid now"),
    ({"exp": 1}, "must be valid now"),
    ({"exp": "soon"}, "must be valid now"),
    ({"exp": True}, "must be valid now"),
    ({"exp": 1e300}, "must be valid now"),
    ({"exp": 99_999_999_999}, "must be valid now"),
    ({"nbf": 99_999_999_999}, "must be valid now"),
    ({"iat": 99_999_999_999}, "must be valid now"),
    ({"iat": "then"}, "must be valid now"),
    ({"sub": None}, "must have a sub"),
    ({"sub": ""}, "must have a sub"),
    ({"sub": 1}, "must have a sub"),
    ({"sub": "a" * 256}, "must have a sub"),
    ({"sub": "nobody"}, "must speak of a user"),
    ({"sub": "alice@example.com"}, "must speak of a user"),
    ({"sub": "alice\0"}, "must have a sub"),
    ({"sub": "alice\ud800"}, "must have a sub"),
)


@pytest.mark.parametrize(("changes", "text"), UNBELIEVED)
async def test_what_is_not_believed(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User, changes: dict[str, Any], text: str
) -> None:
    """Each rule of RFC 7523 §3 is kept, and the error is that of RFC 7521 §4.1.1."""
    status, error, description = await refusal(batch, issuer.sign(**changes))

    assert (status, error) == (400, "invalid_grant")
    assert description.startswith(f"The assertion {text}")


@pytest.mark.parametrize("garbage", ["x", "a.b.c", "....", "eyJhbGciOiJub25lIn0.W10.", "é.é.é"])
async def test_garbage_is_not_believed(batch: RelyingParty, garbage: str) -> None:
    """What is no JWT is told so."""
    status, error, description = await refusal(batch, garbage)

    assert (status, error) == (400, "invalid_grant")
    assert description.startswith("The assertion must be a signed JWT")


async def test_unsigned_is_not_believed(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """An assertion without its signature, or with another's, is worth nothing (RFC 7523 §3)."""
    signed, other = issuer.sign(), issuer.sign(sub="bob")

    answers = [
        await refusal(batch, signed.rpartition(".")[0] + "."),
        await refusal(batch, f"{signed.rpartition('.')[0]}.{other.rpartition('.')[2]}"),
    ]

    assert {each[:2] for each in answers} == {(400, "invalid_grant")}


@pytest.mark.parametrize("jti", ["one", None])
async def test_once(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User, jti: str | None
) -> None:
    """Nobody sends it again (RFC 7523 §3, item 7), with a jti or without one."""
    assertion = issuer.sign(jti=jti)

    first = await send(batch, assertion)
    second = await refusal(batch, assertion)
    another = await send(batch, issuer.sign(jti=jti and "two", nonsense=1))

    assert (first.status_code, another.status_code) == (200, 200)
    assert second == (400, "invalid_grant", "The assertion was used before.")


async def test_a_refused_one_is_not_spent(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """A request that was wrong may be sent again, once it is right."""
    assertion = issuer.sign()

    refused = await send(batch, assertion, scope="openid")
    accepted = await send(batch, assertion)

    assert (refused.status_code, accepted.status_code) == (400, 200)


async def test_another_issuers_jti_is_another(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """A jti is unique for its issuer only."""
    first = await send(batch, issuer.sign(jti="same"))
    other = await send(batch, issuer.sign(jti="same", iss=BY_SUB, sub=alice.user_id))

    assert (first.status_code, other.status_code) == (200, 200)


async def test_too_old(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User, clock: Clock
) -> None:
    """After its exp it is worth nothing (RFC 7523 §3, item 4)."""
    assertion = issuer.sign()
    clock.move(301)

    assert (await refusal(batch, assertion))[:2] == (400, "invalid_grant")


async def test_an_audience_of_its_own(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User
) -> None:
    """Some issuers call this server by another name, which the operator knows."""
    response = await send(batch, issuer.sign(iss=ELSEWHERE, aud="api://notes"))

    assert response.status_code == 200


async def test_a_person_by_sub(batch: RelyingParty, issuer: TrustedIssuer, alice: User) -> None:
    """An issuer may know people by the sub that this server gives them."""
    known = await send(batch, issuer.sign(iss=BY_SUB, sub=alice.user_id))
    unknown = await refusal(batch, issuer.sign(iss=BY_SUB, sub="alice"))
    unstorable = await refusal(batch, issuer.sign(iss=BY_SUB, sub="\0"))

    assert unverified_claims(known.json()["access_token"])["sub"] == alice.user_id
    assert (unknown[:2], unstorable[:2]) == ((400, "invalid_grant"),) * 2


async def test_a_person_by_email(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User, provider: Provider
) -> None:
    """An address counts once both have verified it, the issuer and this server."""
    said = {"iss": BY_EMAIL, "sub": "123", "email": "Alice@example.com", "email_verified": True}
    unproven_here = await refusal(batch, issuer.sign(**said))
    await provider.database.run(set_email_verified, alice.user_id, "alice@example.com")

    proven = await send(batch, issuer.sign(**said))
    unproven_there = await refusal(batch, issuer.sign(**said | {"email_verified": "true"}))
    unsaid = await refusal(batch, issuer.sign(**said | {"email": None}))
    by_name = await refusal(batch, issuer.sign(**said | {"email": "alice"}))
    unstorable = await refusal(batch, issuer.sign(**said | {"email": "\0\ud800"}))

    assert unverified_claims(proven.json()["access_token"])["sub"] == alice.user_id
    assert {each[:2] for each in (unproven_here, unproven_there, unsaid, by_name, unstorable)} == {
        (400, "invalid_grant")
    }


async def test_a_disabled_person(
    batch: RelyingParty, issuer: TrustedIssuer, alice: User, provider: Provider
) -> None:
    """Who may not sign in, is not spoken for; what was issued before is no good."""
    token = (await send(batch, issuer.sign())).json()["access_token"]

    await provider.database.run(set_user_disabled, alice.user_id, alice.created_at)

    assert (await refusal(batch, issuer.sign()))[:2] == (400, "invalid_grant")
    assert (await batch.introspect(token)).json() == {"active": False}
