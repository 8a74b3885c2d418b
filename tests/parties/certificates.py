"""Certificates of clients, and clients that come by way of a proxy with one."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwk import JWKRegistry

from tests.parties.relying_party import RelyingParty, base64url

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

HOUR = timedelta(hours=1)
NAME = "CN=notes,O=Example"

# A proxy that is believed, at the address of the `transport` of all tests.
BEHIND_PROXY: dict[str, Any] = {
    "trusted_proxies": ["203.0.113.7"],
    "client_certificate_header": "Client-Cert",
}
VERIFYING = BEHIND_PROXY | {"client_certificates_verified": True}


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate, as a connection carries it."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def client_cert(self) -> str:
        """The certificate, as a proxy hands it on (RFC 9440 §2.1)."""
        return f":{base64.b64encode(self.der).decode()}:"

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def escaped(self) -> str:
        """The text, as nginx has it in $ssl_client_escaped_cert."""
        return quote(self.pem, safe="")

    @property
    def private_pem(self) -> str:
        """The key as text."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    @property
    def thumbprint(self) -> str:
        """Its `x5t#S256` (RFC 8705 §3.1)."""
        return base64url(hashlib.sha256(self.der).digest())

    @property
    def jwk(self) -> dict[str, Any]:
        """Its public key, with the certificate (RFC 8705 §2.2.2)."""
        pem = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        kinds = {ec.EllipticCurvePrivateKey: "EC", rsa.RSAPrivateKey: "RSA"}
        kind = next((kty for cls, kty in kinds.items() if isinstance(self.key, cls)), "OKP")
        members = JWKRegistry.import_key(pem, kind).as_dict(private=False)
        return members | {"x5c": [base64.b64encode(self.der).decode()]}


def make_authority(subject: str = "CN=Authority") -> Certificate:
    """Make the certificate of who may sign others."""
    return make_certificate(subject, extensions=[x509.BasicConstraints(ca=True, path_length=0)])


def make_certificate(
    subject: str | x509.Name = NAME,
    names: Sequence[x509.GeneralName] = (),
    *,
    key: PrivateKey | None = None,
    issuer: Certificate | None = None,
    extensions: Sequence[x509.ExtensionType] = (),
    since: timedelta = HOUR,
    for_another: timedelta = HOUR,
) -> Certificate:
    """Make a certificate, signed by its own key or by an authority."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string(subject) if isinstance(subject, str) else subject
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - since)
        .not_valid_after(now + for_another)
    )
    alternative = [x509.SubjectAlternativeName(names)] if names else []
    for extension in (*alternative, *extensions):
        builder = builder.add_extension(extension, critical=False)
    signing = issuer.key if issuer else key
    algorithm = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Certificate(key, builder.sign(signing, algorithm))


def holding(rp: RelyingParty, transport: Any, *certificates: Certificate) -> RelyingParty:
    """Give the same client, when it comes by way of a proxy with a certificate."""
    headers = [("Client-Cert", each.client_cert) for each in certificates]
    http = httpx2.AsyncClient(transport=transport, base_url=rp.http.base_url, headers=headers)
    holder = RelyingParty(http, rp.client_id, rp.client_secret, redirect_uri=rp.redirect_uri)
    holder.scope, holder.code_verifier = rp.scope, rp.code_verifier
    return holder
