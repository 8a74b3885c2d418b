"""What others have encrypted to this server (RFC 7516 §5.2, RFC 8725).

A message says by its kid which key it is for, and that key has one algorithm. Nothing is
decompressed, and no algorithm has a cost that the message could set.
"""

from collections.abc import Mapping

from joserfc.errors import JoseError

from idp.signing.key import DecryptionKey
from idp.signing.segments import decode_segment, read_object

MAX_CHARACTERS = 65536
PARTS = 5  # RFC 7516 §7.1
FORBIDDEN = ("zip", "crit")


def is_encrypted(token: str) -> bool:
    """Tell whether a token has the form of an encrypted one."""
    return token.count(".") == PARTS - 1


def decrypt(keys: Mapping[str, DecryptionKey], message: str) -> str | None:
    """Give the JWT that is in a message; None if it is not for one of these keys, or is broken."""
    if len(message) > MAX_CHARACTERS or not is_encrypted(message):
        return None
    try:
        key = _find_key(keys, message)
        return key.decrypt(message).decode("ascii") if key else None
    except (JoseError, ValueError, TypeError, KeyError, AssertionError, RecursionError):
        return None


def _find_key(keys: Mapping[str, DecryptionKey], message: str) -> DecryptionKey | None:
    header = read_object(decode_segment(message.partition(".")[0].encode("ascii")))
    kid = header.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None or header.get("alg") != key.algorithm:
        return None
    return None if any(name in header for name in FORBIDDEN) else key
