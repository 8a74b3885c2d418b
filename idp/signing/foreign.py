"""JWTs that others have signed (RFC 7519 §7.2, RFC 7515 §4, §5.2)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

# What reading a JWT of somebody else may raise, signed or not.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, RecursionError)


class Registry(jws.JWSRegistry):
    """What is read of a JWS, and how much of it."""

    max_header_length = 8192  # characters: some carry certificates (x5c)


def extract(unverified: str) -> jws.CompactSignature:
    """Take a JWT apart that nobody has verified; raise one of UNREADABLE."""
    return jws.extract_compact(unverified.encode("ascii"), registry=_registry(()))


def claims_of(unverified: str, keys: KeySet, algorithms: Iterable[str]) -> dict[str, Any]:
    """Give the claims of a JWT that one of these keys has signed, by one of these algorithms.

    Of its header nothing else counts, unless it is critical: what is not understood is ignored
    (RFC 7515 §4). Raises one of UNREADABLE.
    """
    registry = _registry(tuple(map(str, algorithms)))
    return jwt.decode(unverified, keys, registry=registry).claims


@lru_cache
def _registry(algorithms: tuple[str, ...]) -> Registry:
    return Registry(algorithms=algorithms, strict_check_header=False)
