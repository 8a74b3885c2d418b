"""What a browser answers: one JSON text, of which nothing is verified yet (WebAuthn L3 §5.1)."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from webauthn.helpers.exceptions import WebAuthnException

# What the library raises for what is wrong, and what it stumbles over in what makes no sense.
NOT_VERIFIED = (WebAuthnException, AttributeError, LookupError, TypeError, ValueError)

TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})  # §5.8.4


class MalformedResponse(Exception):
    """The text is not what a browser writes."""


@dataclass(frozen=True, slots=True)
class UnverifiedResponse:
    """An answer as it came, and the few facts that are needed to verify it.

    `credential` is a PublicKeyCredential in JSON, `user_handle` whom the authenticator says that
    the passkey is for. A new passkey comes with an attestation object, which is empty otherwise.
    """

    credential: dict[str, Any]
    id: str
    challenge: bytes
    is_cross_origin: bool
    user_handle: bytes | None
    transports: tuple[str, ...]
    attestation_object: bytes


def read_response(text: str) -> UnverifiedResponse:
    """Read an answer. Raises MalformedResponse."""
    try:
        credential = _object(json.loads(text))
        response = _object(credential["response"])
        client_data = _object(json.loads(_decode(response["clientDataJSON"])))
        user_handle = response.get("userHandle")
        return UnverifiedResponse(
            credential=credential,
            id=_text(credential["id"]),
            challenge=_decode(client_data["challenge"]),
            # An answer from within a frame of another site was not asked for by us (§13.4.9).
            is_cross_origin=client_data.get("crossOrigin", False) is not False
            or "topOrigin" in client_data,
            user_handle=None if user_handle is None else _decode(user_handle),
            transports=_transports(response.get("transports")),
            attestation_object=_decode(response.get("attestationObject", "")),
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise MalformedResponse from None


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _decode(value: object) -> bytes:
    return urlsafe_b64decode(_text(value) + "==")


def _transports(value: object) -> tuple[str, ...]:
    """Keep what has a meaning; it is a hint for the browser, and nothing depends on it."""
    named = value if isinstance(value, list) else []
    return tuple(sorted({each for each in named if isinstance(each, str) and each in TRANSPORTS}))
