"""Which person another issuer means, by what the operator has said of it (RFC 7523 §3, item 2)."""

from collections.abc import Mapping
from typing import Any, Literal

from idp.storage.users import User, find_user, find_user_by_key
from idp.users.names import UNSTORABLE, email_key, username_key

UserBy = Literal["sub", "username", "email"]


def find_asserted(claims: Mapping[str, Any], user_by: UserBy) -> User | None:
    """Find the person whom verified claims name; None if there is none who may sign in.

    An email address counts only if the issuer has verified it and this server has, too: else
    whoever types somebody's address there, or here, would be taken for them.
    """
    match user_by:
        case "sub":
            user = find_user(_text(claims, "sub"))
        case "username":
            key = username_key(_text(claims, "sub"))
            user = find_user_by_key(key)
            user = user if user is not None and user.username_key == key else None
        case "email":
            user = _find_by_email(claims)
    return user if user is not None and user.is_active else None


def _find_by_email(claims: Mapping[str, Any]) -> User | None:
    if claims.get("email_verified") is not True:
        return None
    key = email_key(_text(claims, "email"))
    user = find_user_by_key(key)
    return user if user is not None and user.is_reachable and user.email_key == key else None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else ""
