"""The mint refuses by itself what a grant type should have refused before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from authlib.oauth2 import OAuth2Error

from idp import clock
from idp.clients.model import Client
from idp.config import Config, TokensConfig
from idp.oauth2.encryption import NotEncrypted
from idp.signing.algorithms import Algorithm
from idp.signing.key import KeyState, SigningKey
from idp.signing.key_set import KeySet
from idp.signing.signer import Signer
from idp.storage.users import User
from idp.tokens.grant import new_grant
from idp.tokens.mint import Mint, Order
from idp.vocabulary import GrantType
from tests.parties.relying_party import unverified_claims

KEY = SigningKey.generate(Algorithm.ES256)
NOW = clock.now()

CLIENT = Client(
    client_id="client-1",
    grant_types=frozenset({"authorization_code"}),
    scope=frozenset({"openid", "email"}),
    id_token_signed_response_alg="ES256",
    access_token_signed_response_alg="ES256",
    created_at=NOW,
    metadata={},
)
USER = User(
    user_id="user-1",
    username="alice",
    username_key="alice",
    email=None,
    email_key=None,
    email_verified=False,
    name=None,
    is_admin=False,
    created_at=NOW,
    updated_at=NOW,
    disabled_at=None,
)
# It lasts as long as a run of all tests may, which begins when this file is read.
GRANT = replace(
    new_grant(
        TokensConfig(), CLIENT, USER, frozenset({"openid", "email"}), auth_time=NOW, amr=["pwd"]
    ),
    expires_at=NOW + timedelta(days=1),
)
ORDER = Order(
    grant_type=GrantType.AUTHORIZATION_CODE,
    client=CLIENT,
    scope=frozenset({"openid", "email"}),
    grant=GRANT,
    user=USER,
)

Change = Callable[[Order], Order]

REFUSED: dict[str, tuple[Change, str]] = {
    "client disabled": (
        lambda order: replace(order, client=replace(CLIENT, is_disabled=True)),
        "unauthorized_client",
    ),
    "another grant type": (
        lambda order: replace(order, grant_type=GrantType.REFRESH_TOKEN),
        "unauthorized_client",
    ),
    "another client": (
        lambda order: replace(order, client=replace(CLIENT, client_id="client-2")),
        "invalid_grant",
    ),
    "grant revoked": (
        lambda order: replace(order, grant=replace(GRANT, revoked_at=NOW)),
        "invalid_grant",
    ),
    "grant expired": (
        lambda order: replace(order, grant=replace(GRANT, expires_at=NOW - timedelta(seconds=1))),
        "invalid_grant",
    ),
    "no user": (lambda order: replace(order, user=None), "invalid_grant"),
    "another user": (
        lambda order: replace(order, user=replace(USER, user_id="user-2")),
        "invalid_grant",
    ),
    "user disabled": (
        lambda order: replace(order, user=replace(USER, disabled_at=NOW)),
        "invalid_grant",
    ),
    "more than was granted": (
        lambda order: replace(order, scope=order.scope | {"notes.read"}),
        "invalid_scope",
    ),
    "algorithm that is not on offer any more": (
        lambda order: replace(order, client=replace(CLIENT, id_token_signed_response_alg="RS256")),
        "unauthorized_client",
    ),
    "nothing that is registered": (
        lambda order: replace(order, client=replace(CLIENT, scope=frozenset({"profile"}))),
        "invalid_scope",
    ),
}


@pytest.fixture
def mint() -> Mint:
    """Make tokens with a key of our own; nothing here needs a database."""
    keys = KeySet([KEY.publish(KeyState.ACTIVE)], [KEY])
    return Mint(Config(issuer="https://idp.example"), Signer(keys))


def test_good_order_is_filled(mint: Mint) -> None:
    """The order that the refusals below differ from is a good one."""
    response = mint.issue(ORDER)

    assert response.keys() == {"access_token", "token_type", "expires_in", "scope", "id_token"}


@pytest.mark.parametrize(("change", "error"), REFUSED.values(), ids=REFUSED)
def test_bad_order_is_refused(mint: Mint, change: Change, error: str) -> None:
    """Whatever ended since the grant was given is seen here, for every grant type."""
    with pytest.raises(OAuth2Error) as refusal:
        mint.issue(change(ORDER))

    assert refusal.value.error == error


def test_nothing_leaves_in_plain_that_was_to_be_encrypted(mint: Mint) -> None:
    """A grant type that brings no key fails as a mistake of ours, with no token at all."""
    client = replace(CLIENT, id_token_encrypted_response_alg="ECDH-ES")

    with pytest.raises(NotEncrypted):
        mint.issue(replace(ORDER, client=client))


def test_scope_is_cut_to_what_is_registered(mint: Mint) -> None:
    """A client that lost a scope gets the rest of it, in all tokens alike."""
    lesser = replace(CLIENT, scope=frozenset({"email"}))

    response = mint.issue(replace(ORDER, client=lesser))

    assert response["scope"] == "email"
    assert unverified_claims(response["access_token"])["scope"] == "email"
    assert "id_token" not in response


def test_client_itself_gets_no_more_than_is_registered(mint: Mint) -> None:
    """The same holds for tokens without a person."""
    machine = replace(CLIENT, grant_types=frozenset({"client_credentials"}))
    order = Order(GrantType.CLIENT_CREDENTIALS, machine, frozenset({"email", "admin"}))

    response = mint.issue(order)

    assert response["scope"] == "email"
    assert response.keys() == {"access_token", "token_type", "expires_in", "scope"}
