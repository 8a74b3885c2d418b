"""The parts of a JWT in its compact form: base64url, most of them JSON (RFC 7515 §2, §7.1)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any


def encode_segment(value: bytes) -> bytes:
    """Encode a part: base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=")


def decode_segment(segment: bytes) -> bytes:
    """Decode a part; raise ValueError if anybody could write it in another way."""
    value = urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))
    # Python skips what is not base64url, and ignores bits that no byte is made of: one token
    # could be written in many ways.
    if encode_segment(value) != segment:
        raise ValueError("not base64url")
    return value


def read_object(text: bytes) -> dict[str, Any]:
    """Read a JSON object; raise ValueError, or RecursionError."""
    value = json.loads(text.decode("utf-8"))
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value
