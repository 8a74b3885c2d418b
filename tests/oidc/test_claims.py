"""Claims about the user: by scope, typed, absent rather than empty."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from idp.oidc.claims import claims_of, claims_supported
from idp.storage.users import User

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

ALICE = User(
    user_id="user-1",
    username="alice",
    username_key="alice",
    email="alice@example.com",
    email_key="alice@example.com",
    email_verified=True,
    name="Alice",
    is_admin=True,
    created_at=NOON,
    updated_at=NOON,
    disabled_at=None,
    claims={
        "given_name": "Alice",
        "family_name": "Archer",
        "middle_name": "Anne",
        "nickname": "Al",
        "profile": "https://alice.example",
        "picture": "https://alice.example/me.png",
        "website": "https://alice.example/",
        "gender": "female",
        "birthdate": "1990-12-31",
        "zoneinfo": "Europe/Paris",
        "locale": "en-GB",
        "address": {"locality": "Paris", "country": "FR"},
        "phone_number": "+33 1 23 45 67 89",
        "phone_number_verified": False,
    },
)
OF_THE_ACCOUNT = {"name": "Alice", "preferred_username": "alice", "updated_at": 1795521600}
ADDRESS = {"address": {"locality": "Paris", "country": "FR"}}
PHONE = {"phone_number": "+33 1 23 45 67 89", "phone_number_verified": False}
PROFILE = OF_THE_ACCOUNT | {
    name: value for name, value in (ALICE.claims or {}).items() if name not in ADDRESS | PHONE
}
EMAIL = {"email": "alice@example.com", "email_verified": True}


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid", {}),
        ("openid profile", PROFILE),
        ("openid email", EMAIL),
        ("openid address", ADDRESS),
        ("openid phone", PHONE),
        ("openid profile email offline_access notes.read", PROFILE | EMAIL),
        ("openid unknown", {}),
    ],
)
def test_scope_says_which_claims_are_given(scope: str, claims: dict[str, object]) -> None:
    """Each with its scope (OIDC Core §5.4), and nothing else about a user."""
    assert claims_of(ALICE, frozenset(scope.split())) == claims


def test_claims_without_a_value_are_left_out() -> None:
    """Nothing is said of a name or an address that there is not (OIDC Core §5.3.2)."""
    nobody = replace(ALICE, name=None, email=None, email_verified=False, claims=None)

    claims = claims_of(nobody, frozenset({"profile", "email", "address", "phone"}))

    assert claims.keys() == {"preferred_username", "updated_at"}


def test_address_that_was_not_verified_is_given_as_such() -> None:
    """`email_verified` is false then, not absent."""
    claims = claims_of(replace(ALICE, email_verified=False), frozenset({"email"}))

    assert claims["email_verified"] is False


def test_every_claim_is_announced() -> None:
    """The metadata lists what may be given."""
    given = claims_of(ALICE, frozenset({"profile", "email", "address", "phone"}))

    assert set(claims_supported()) == {"sub", *given}
