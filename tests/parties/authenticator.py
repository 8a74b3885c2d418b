"""An authenticator of software, with which passkeys are made and used, rightly or not."""

import hashlib
import html
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.parties.browser import Page

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
ES256, EDDSA, RS256 = -7, -8, -257
PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def asked_by(page: Page) -> dict[str, Any]:
    """Read what the script of a page asks the browser for."""
    found = re.search(r'data-passkey-(?:request|creation)="([^"]+)"', page.text)
    assert found, page.text
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


@dataclass
class Credential:
    """What the authenticator keeps of a passkey."""

    id: bytes
    key: PrivateKey
    user_handle: bytes
    sign_count: int = 0


class Authenticator:
    """A device, and the browser that it is used in. Keyword arguments change what they answer.

    `origin` and `type`, `challenge`, `client_data` (more members) are what the browser says;
    `rp_id`, `flags`, `sign_count`, `credential_id` and `user_handle` what the device does.
    """

    def __init__(
        self,
        origin: str,
        *,
        flags: int = UP | UV | BE | BS,
        algorithm: int = ES256,
        aaguid: bytes = bytes(16),
        counts: bool = False,
    ) -> None:
        self.origin = origin
        self.flags = flags
        self.algorithm = algorithm
        self.aaguid = aaguid
        self.counts = counts
        self.credentials: list[Credential] = []

    def create(self, options: dict[str, Any], **changes: Any) -> str:
        """Make a passkey, and answer as navigator.credentials.create() does."""
        known = {each["id"] for each in options["excludeCredentials"]}
        assert not known & {_base64url(each.id) for each in self.credentials}
        credential = Credential(
            id=changes.get("credential_id", secrets.token_bytes(32)),
            key=_generate(self.algorithm),
            user_handle=_bytes(options["user"]["id"]),
        )
        self.credentials.append(credential)
        client_data = self._client_data("webauthn.create", options, changes)
        attested = self.aaguid + len(credential.id).to_bytes(2) + credential.id
        attested += changes.get("public_key", cbor2.dumps(_cose(credential.key)))
        flags = changes.get("flags", self.flags) | AT
        data = self._authenticator_data(options["rp"]["id"], flags, credential, changes) + attested
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        attestation |= changes.get("attestation", {})
        response = {
            "clientDataJSON": _base64url(client_data),
            "attestationObject": _base64url(cbor2.dumps(attestation)),
            "transports": changes.get("transports", ["internal", "hybrid"]),
        }
        return _public_key_credential(credential.id, response)

    def get(self, options: dict[str, Any], *, credential: int = -1, **changes: Any) -> str:
        """Use a passkey, the last one if nobody says which, as navigator.credentials.get() does."""
        used = self.credentials[credential]
        if self.counts:
            used.sign_count += 1
        client_data = self._client_data("webauthn.get", options, changes)
        flags = changes.get("flags", self.flags)
        data = self._authenticator_data(options["rpId"], flags, used, changes)
        key = changes.get("key", used.key)
        user_handle = changes.get("user_handle", used.user_handle)
        response = {
            "clientDataJSON": _base64url(client_data),
            "authenticatorData": _base64url(data),
            "signature": _base64url(_sign(key, data + hashlib.sha256(client_data).digest())),
            "userHandle": None if user_handle is None else _base64url(user_handle),
        }
        return _public_key_credential(changes.get("credential_id", used.id), response)

    def new_key(self) -> PrivateKey:
        """Make a key that no passkey has."""
        return _generate(self.algorithm)

    def _client_data(
        self, ceremony: str, options: dict[str, Any], changes: dict[str, Any]
    ) -> bytes:
        client_data = {
            "type": changes.get("type", ceremony),
            "challenge": changes.get("challenge", options["challenge"]),
            "origin": changes.get("origin", self.origin),
            "crossOrigin": False,
        } | changes.get("client_data", {})
        return json.dumps(client_data).encode()

    def _authenticator_data(
        self, rp_id: str, flags: int, credential: Credential, changes: dict[str, Any]
    ) -> bytes:
        rp_id_hash = hashlib.sha256(changes.get("rp_id", rp_id).encode()).digest()
        sign_count = changes.get("sign_count", credential.sign_count)
        return rp_id_hash + bytes([flags]) + int(sign_count).to_bytes(4)


def _public_key_credential(credential_id: bytes, response: dict[str, Any]) -> str:
    return json.dumps(
        {
            "type": "public-key",
            "id": _base64url(credential_id),
            "rawId": _base64url(credential_id),
            "response": response,
            "clientExtensionResults": {},
        }
    )


def _generate(algorithm: int) -> PrivateKey:
    if algorithm == RS256:
        return rsa.generate_private_key(65537, 2048)
    if algorithm == EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def _cose(key: PrivateKey) -> dict[int, Any]:
    """Write the public key as a COSE_Key (RFC 9052 §7)."""
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {1: 3, 3: RS256, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: EDDSA, -1: 6, -2: key.public_key().public_bytes_raw()}
    point = key.public_key().public_numbers()
    return {1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}


def _sign(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), SHA256())
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    return key.sign(data, ec.ECDSA(SHA256()))


def _base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: str) -> bytes:
    return urlsafe_b64decode(value + "==")
