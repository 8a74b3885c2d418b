"""JWTs of another issuer are exchanged for tokens of its person here (RFC 8693 §1, §3)."""

from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey

from idp.config import Config
from idp.storage.grants import list_client_grants
from idp.storage.users import User, set_user_disabled
from idp.vocabulary import TokenTypeIdentifier as TokenType
from idp.web.provider import Provider
from tests.conftest import ISSUER, AddUser, Configure
from tests.parties.relying_party import unverified_claims
from tests.parties.services import AUDIENCE, Services, exchange, exchanged, refused, service
from tests.parties.trusted_issuer import CI, TrustedIssuer, publish

BY_JWT = {"subject_token_type": TokenType.JWT, "audience": "stock"}
STRANGER = ECKey.generate_key("P-256", {"kid": "ci-1"})


@pytest.fixture
def config(configure: Configure, tmp_path: Path) -> Config:
    """Believe another issuer."""
    issuers = {CI: {"jwks": publish(tmp_path), "user_by": "username"}}
    return configure(**AUDIENCE, trusted_issuers=issuers)


@pytest.fixture
async def alice(add_user: AddUser) -> User:
    """Add the person whom it speaks of; she has no password here."""
    return await add_user("alice", None)


@pytest.fixture
async def services(provider: Provider, http: httpx2.AsyncClient, alice: User) -> Services:
    """Register the APIs; orders may send what the other issuer says."""
    orders = service("stock", trusted_issuers=[CI])
    return await Services.register(provider, http, orders=orders)


@pytest.fixture
def issuer() -> TrustedIssuer:
    """Give the issuer that is believed."""
    return TrustedIssuer(ISSUER)


async def test_its_person_gets_a_token_here(
    services: Services, issuer: TrustedIssuer, alice: User
) -> None:
    """It is a token of this server, for whom the operator has named, as long as the JWT is good."""
    jwt = issuer.sign(exp=issuer.claims()["iat"] + 120)

    response = await exchange(services.orders, jwt, **BY_JWT, scope="notes.read")

    body = response.json()
    claims = unverified_claims(body["access_token"])
    assert response.status_code == 200
    assert (claims["iss"], claims["sub"], claims["aud"]) == (ISSUER, alice.user_id, "stock")
    assert claims["scope"] == "notes.read"
    assert body["expires_in"] <= 120
    assert "refresh_token" not in body


async def test_it_may_be_exchanged_again(services: Services, issuer: TrustedIssuer) -> None:
    """A token is no assertion that is spent: it is good until it expires."""
    jwt = issuer.sign()

    answers = [await exchange(services.orders, jwt, **BY_JWT) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"iss": "https://evil.example"}, "must come from an issuer"),
        ({"key": STRANGER}, "must be signed"),
        ({"aud": "https://other.example"}, "must have the issuer of this server"),
        ({"exp": 1}, "must be valid now"),
        ({"sub": "nobody"}, "must speak of a user"),
        ({"act": {"sub": "robot"}}, "must be of whom it speaks of alone"),
        ({"act": None, "typ": "at+jwt"}, "must be a signed JWT"),
    ],
)
async def test_what_is_not_believed(
    services: Services, issuer: TrustedIssuer, changes: dict[str, Any], text: str
) -> None:
    """It is held to the rules of an assertion, and the error is invalid_request (§2.2.2)."""
    error, description = await refused(services.orders, issuer.sign(**changes), **BY_JWT)

    assert error == "invalid_request"
    assert description.startswith(f"The subject_token {text}")


async def test_an_issuer_is_believed_of_some_clients(
    services: Services, issuer: TrustedIssuer
) -> None:
    """A client for which the issuer is not registered gets nothing for its JWTs."""
    by_jwt = BY_JWT | {"audience": "bank"}

    error, description = await refused(services.stock, issuer.sign(), **by_jwt)

    assert error == "invalid_request"
    assert description.startswith("The subject_token must come from an issuer")


async def test_it_needs_an_audience(services: Services, issuer: TrustedIssuer) -> None:
    """Nothing follows from the JWT itself about whom a token here may be for."""
    unnamed = await refused(services.orders, issuer.sign(), subject_token_type=TokenType.JWT)
    other = await refused(services.orders, issuer.sign(), **BY_JWT | {"audience": "bank"})

    assert unnamed[0] == other[0] == "invalid_target"


async def test_its_person_sees_it_and_ends_it(
    services: Services, issuer: TrustedIssuer, alice: User, provider: Provider
) -> None:
    """The client stands among those that have access; a disabled person is spoken for no more."""
    token = await exchanged(services.orders, issuer.sign(), **BY_JWT)
    allowed = await provider.database.run(partial(list_client_grants, alice.user_id))

    await provider.database.run(set_user_disabled, alice.user_id, alice.created_at)

    assert [(each.client_id, each.scope) for each in allowed] == [
        ("orders", {"notes.read", "notes.write"})
    ]
    assert (await services.stock.introspect(token)).json() == {"active": False}
    assert (await refused(services.orders, issuer.sign(), **BY_JWT))[0] == "invalid_request"
