"""By which name in its certificate a client is known: tls_client_auth (RFC 8705 §2.1.2)."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from idp.clients.distinguished_name import parse
from idp.clients.errors import InvalidClientMetadata
from idp.clients.values import Read, WrongValue, line
from idp.vocabulary import TokenEndpointAuthMethod

MAX_LENGTH = 1000

DNS_NAME = re.compile(r"(\*\.)?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.IGNORECASE)
URI = re.compile(r"[a-z][a-z0-9+.-]*:[\x21-\x7e]+", re.IGNORECASE)
EMAIL = re.compile(r"[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+")


def subject_dn(value: object) -> str:
    """Read a distinguished name (RFC 4514)."""
    text = _text(value)
    try:
        is_name = bool(parse(text))
    except ValueError:
        is_name = False
    if not is_name:
        raise WrongValue("must be a distinguished name as in RFC 4514: CN=client,O=Example")
    return text


def san_dns(value: object) -> str:
    """Read the name of a host."""
    return _matching(DNS_NAME, value, "must be the name of a host")


def san_uri(value: object) -> str:
    """Read a URI of whatever scheme."""
    return _matching(URI, value, "must be a URI of printable ASCII")


def san_ip(value: object) -> str:
    """Read an address; it is compared as one, so it can be written in several ways."""
    text = _text(value)
    try:
        ipaddress.ip_address(text)
    except ValueError:
        raise WrongValue("must be an IP address") from None
    return text


def san_email(value: object) -> str:
    """Read an email address."""
    return _matching(EMAIL, value, "must be an email address of printable ASCII")


# One of them is what is looked for in the certificate.
SUBJECT_MEMBERS: dict[str, Read] = {
    "tls_client_auth_subject_dn": subject_dn,
    "tls_client_auth_san_dns": san_dns,
    "tls_client_auth_san_uri": san_uri,
    "tls_client_auth_san_ip": san_ip,
    "tls_client_auth_san_email": san_email,
}


def check_certificate_subject(metadata: Mapping[str, Any]) -> None:
    """A client of tls_client_auth says by exactly one name who it is (RFC 8705 §2.1.2)."""
    named = [name for name in SUBJECT_MEMBERS if name in metadata]
    is_needed = metadata["token_endpoint_auth_method"] == TokenEndpointAuthMethod.TLS_CLIENT_AUTH
    if len(named) > 1 or (is_needed and not named):
        raise InvalidClientMetadata(
            "token_endpoint_auth_method tls_client_auth needs exactly one member that begins with"
            " tls_client_auth_."
        )


def _text(value: object) -> str:
    text: str = line(MAX_LENGTH)(value)
    return text


def _matching(pattern: re.Pattern[str], value: object, problem: str) -> str:
    text = _text(value)
    if not pattern.fullmatch(text):
        raise WrongValue(problem)
    return text
