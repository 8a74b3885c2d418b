"""`exp`, `nbf` and `iat` of a JWT that a client signed (RFC 7519 §2, §4.1.4-4.1.6)."""

from typing import TypeGuard


def is_numeric_date(value: object) -> TypeGuard[float]:
    """Tell whether a claim is a moment, and not so far off that it would be none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e11
