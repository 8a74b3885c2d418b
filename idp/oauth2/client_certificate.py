"""The certificate with which a client has opened its connection (RFC 8705 §2, §3.1)."""

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256

from idp import clock
from idp.clients.distinguished_name import DistinguishedName, normalize

MAX_LENGTH = 16 * 1024
CERTIFICATES_KEPT = 500

MALFORMED = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class UnreadableCertificate(ValueError):
    """No certificate, or one that this server cannot read."""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What a certificate says; who was asked for it has proven to have its key."""

    thumbprint: str  # `x5t#S256`
    subject: DistinguishedName
    dns_names: frozenset[str]
    uris: frozenset[str]
    ip_addresses: frozenset[Any]  # as ipaddress has them
    email_addresses: frozenset[str]
    not_before: datetime
    not_after: datetime
    public_key: CertificatePublicKeyTypes

    @property
    def is_valid_now(self) -> bool:
        """Whether its time has come, and is not over."""
        return self.not_before <= clock.now() <= self.not_after


@lru_cache(CERTIFICATES_KEPT)
def read_certificate(der: bytes) -> ClientCertificate:
    """Read a certificate; raise UnreadableCertificate."""
    if len(der) > MAX_LENGTH:
        raise UnreadableCertificate
    try:
        return _read(x509.load_der_x509_certificate(der))
    except MALFORMED as error:
        raise UnreadableCertificate from error


def _read(certificate: x509.Certificate) -> ClientCertificate:
    names = _alternative_names(certificate)
    return ClientCertificate(
        thumbprint=_encode(certificate.fingerprint(SHA256())),
        subject=normalize(certificate.subject),
        dns_names=frozenset(each.lower() for each in names.get_values_for_type(x509.DNSName)),
        uris=frozenset(names.get_values_for_type(x509.UniformResourceIdentifier)),
        ip_addresses=frozenset(names.get_values_for_type(x509.IPAddress)),
        email_addresses=frozenset(names.get_values_for_type(x509.RFC822Name)),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        public_key=certificate.public_key(),
    )


def _alternative_names(certificate: x509.Certificate) -> x509.SubjectAlternativeName:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return x509.SubjectAlternativeName([])


def _encode(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
