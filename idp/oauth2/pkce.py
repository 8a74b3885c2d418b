"""Proof Key for Code Exchange (RFC 7636), S256 only (RFC 9700 §2.1.1)."""

import base64
import hashlib
import hmac
import re

METHOD = "S256"
VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
CHALLENGE = re.compile(r"[A-Za-z0-9\-_]{43}")  # base64url of 32 bytes


def is_challenge(code_challenge: str) -> bool:
    """Tell whether a text could be the S256 challenge of any verifier (RFC 7636 §4.2)."""
    return CHALLENGE.fullmatch(code_challenge) is not None


def is_verifier(code_verifier: str) -> bool:
    """Tell whether a text is a code_verifier at all (RFC 7636 §4.1)."""
    return VERIFIER.fullmatch(code_verifier) is not None


def challenge_of(code_verifier: str) -> str:
    """Compute the S256 challenge of a verifier (RFC 7636 §4.2)."""
    hashed = hashlib.sha256(code_verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def verifies(code_verifier: str, code_challenge: str) -> bool:
    """Tell whether a verifier belongs to a challenge (RFC 7636 §4.6)."""
    return is_verifier(code_verifier) and hmac.compare_digest(
        challenge_of(code_verifier), code_challenge
    )
