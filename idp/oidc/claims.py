"""Claims about the user, and the scope that gives each (OIDC Core §5.1, §5.4)."""

from collections.abc import Callable
from typing import Any

from idp import clock
from idp.storage.users import User

Claim = Callable[[User], Any]

# Scope, and what it gives. A claim that has no value is left out (OIDC Core §5.3.2).
CLAIMS: dict[str, dict[str, Claim]] = {
    "profile": {
        "name": lambda user: user.name,
        "preferred_username": lambda user: user.username,
        "updated_at": lambda user: clock.timestamp(user.updated_at),
    },
    "email": {
        "email": lambda user: user.email,
        "email_verified": lambda user: user.email_verified if user.email else None,
    },
}


def claims_of(user: User, scope: frozenset[str]) -> dict[str, Any]:
    """Give the claims about a user that a scope covers, with `sub`."""
    values = {
        name: claim(user)
        for word, claims in CLAIMS.items()
        if word in scope
        for name, claim in claims.items()
    }
    return {"sub": user.user_id} | {k: v for k, v in values.items() if v is not None}


def claims_supported() -> list[str]:
    """List the claims that may be given, for the metadata."""
    return ["sub", *(name for claims in CLAIMS.values() for name in claims)]
