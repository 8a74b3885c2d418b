"""Claims about the user, and the scope that gives each (OIDC Core §5.1, §5.4)."""

from collections.abc import Callable, Collection
from typing import Any

from idp import clock
from idp.storage.users import User

Claim = Callable[[User], Any]


def _kept(*names: str) -> dict[str, Claim]:
    """Take claims as they are kept (users/claims.py)."""

    def claim(name: str) -> Claim:
        return lambda user: (user.claims or {}).get(name)

    return {name: claim(name) for name in names}


# Scope, and what it gives. A claim that has no value is left out (OIDC Core §5.3.2).
CLAIMS: dict[str, dict[str, Claim]] = {
    "profile": {
        "name": lambda user: user.name,
        **_kept("given_name", "family_name", "middle_name", "nickname"),
        "preferred_username": lambda user: user.username,
        **_kept("profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale"),
        "updated_at": lambda user: clock.timestamp(user.updated_at),
    },
    "email": {
        "email": lambda user: user.email,
        "email_verified": lambda user: user.email_verified if user.email else None,
    },
    "address": _kept("address"),
    "phone": _kept("phone_number", "phone_number_verified"),
}


def claims_of(user: User, scope: frozenset[str], names: Collection[str] = ()) -> dict[str, Any]:
    """Give the claims about a user that a scope covers, or that have these names."""
    return claims_named(user, names_in(scope).union(names))


def claims_named(user: User, names: Collection[str]) -> dict[str, Any]:
    """Give the claims about a user that have these names, and a value."""
    values = {
        name: claim(user)
        for claims in CLAIMS.values()
        for name, claim in claims.items()
        if name in names
    }
    return {name: value for name, value in values.items() if value is not None}


def names_in(scope: frozenset[str]) -> frozenset[str]:
    """List the claims that a scope covers."""
    return frozenset(name for word in scope for name in CLAIMS.get(word, ()))


def claims_supported() -> list[str]:
    """List the claims that may be given, for the metadata."""
    return ["sub", *(name for claims in CLAIMS.values() for name in claims)]
