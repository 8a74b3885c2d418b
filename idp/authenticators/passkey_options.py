"""What a browser is asked, as JSON: to make a passkey, or to use one (WebAuthn L3 §5.4, §5.5)."""

import ipaddress
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from idp.authenticators import passkey_challenge
from idp.authenticators.passkey_challenge import Purpose
from idp.clients.redirect_uri import origin_of
from idp.config import Config
from idp.secret import Secret
from idp.storage.passkeys import Passkey
from idp.storage.users import User

# ES256, EdDSA and RS256: what authenticators have, the best first (RFC 8152 §8, RFC 8812 §2).
ALGORITHMS = (-7, -8, -257)
TIMEOUT = 300_000  # milliseconds, from the press of a button on (§15.1)


def rp_id(config: Config) -> str | None:
    """Give the host that passkeys are for; None for an IP address, which cannot have any."""
    host = urlsplit(config.issuer).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return None


def origin(config: Config) -> str:
    """Give the one origin whose pages may ask for them, as browsers write it."""
    return origin_of(config.issuer) or ""


def request_options(config: Config, browser: Secret) -> str | None:
    """Ask for any passkey that there is for us; who it is, its answer says."""
    return _request(config, browser, None, [])


def request_options_for(
    config: Config, browser: Secret, user: User, passkeys: Sequence[Passkey]
) -> str | None:
    """Ask a person who is known for one of their passkeys."""
    return _request(config, browser, user.user_id, passkeys)


def creation_options(
    config: Config,
    browser: Secret,
    user: User,
    passkeys: Sequence[Passkey],
    purpose: Purpose = Purpose.REGISTRATION,
) -> str | None:
    """Ask for a new passkey, of an authenticator that has none of the person's yet."""
    host = rp_id(config)
    if host is None:
        return None
    options: dict[str, Any] = {
        "rp": {"id": host, "name": config.branding.name},
        "user": describe_user(user),
        "challenge": base64url(passkey_challenge.make(browser, purpose, user.user_id)),
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in ALGORITHMS],
        "timeout": TIMEOUT,
        "excludeCredentials": _descriptors(passkeys),
        # It signs in by itself: it is found without a name, and knows its owner by more than touch.
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }
    return json.dumps(options)


def accepted_credentials(config: Config, user: User, passkeys: Sequence[Passkey]) -> str | None:
    """Say which passkeys are good and whose they are, so that others can be forgotten (§5.1.10)."""
    host = rp_id(config)
    if host is None:
        return None
    described = describe_user(user)
    signal = {
        "rpId": host,
        "userId": described["id"],
        "name": described["name"],
        "displayName": described["displayName"],
        "allAcceptedCredentialIds": [each.id for each in passkeys],
    }
    return json.dumps(signal)


def describe_user(user: User) -> dict[str, str]:
    """Name a person for a list of passkeys; the id is random and says nothing (§14.6.1)."""
    return {
        "id": base64url(user.user_id.encode()),
        "name": user.username,
        "displayName": user.display_name,
    }


def base64url(value: bytes) -> str:
    """Write bytes as WebAuthn does in JSON."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _request(
    config: Config, browser: Secret, user_id: str | None, passkeys: Sequence[Passkey]
) -> str | None:
    host = rp_id(config)
    if host is None:
        return None
    challenge = passkey_challenge.make(browser, Purpose.AUTHENTICATION, user_id)
    options = {
        "challenge": base64url(challenge),
        "timeout": TIMEOUT,
        "rpId": host,
        "allowCredentials": _descriptors(passkeys),
        "userVerification": "required",
    }
    return json.dumps(options)


def _descriptors(passkeys: Sequence[Passkey]) -> list[dict[str, Any]]:
    return [
        {"type": "public-key", "id": each.id, "transports": list(each.transports)}
        for each in passkeys
    ]
