"""What clients may register about mutual TLS (RFC 8705 §2.1.2, §2.2.2, §3.4)."""

from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config
from tests.clients.test_metadata_garbage import assert_plain
from tests.parties.certificates import BEHIND_PROXY, VERIFYING, make_certificate

CODE = {"redirect_uris": ["https://rp.example/cb"]}
PKI = CODE | {"token_endpoint_auth_method": "tls_client_auth"}
SELF_SIGNED = CODE | {"token_endpoint_auth_method": "self_signed_tls_client_auth"}
BOUND = "tls_client_certificate_bound_access_tokens"

OFF, UNVERIFIED, ON = Config(), Config(server=BEHIND_PROXY), Config(server=VERIFYING)


@pytest.mark.parametrize(
    "name",
    [
        {"subject_dn": "CN=notes"},
        {"subject_dn": "UID=4711,emailAddress=a@example.com,SERIALNUMBER=1,C=DE"},
        {"subject_dn": "1.3.6.1.4.1.311.60.2.1.3=#13024445,CN=a\\,b"},
        {"san_dns": "notes.example"},
        {"san_dns": "*.notes.example"},
        {"san_uri": "urn:example:notes"},
        {"san_ip": "192.0.2.7"},
        {"san_ip": "2001:db8::7"},
        {"san_email": "notes@example.com"},
    ],
)
def test_a_name(name: dict[str, str]) -> None:
    """The one name is kept as it was written."""
    asked = {f"tls_client_auth_{member}": value for member, value in name.items()}

    assert validate(PKI | asked, ON).items() >= (PKI | asked).items()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("subject_dn", ""),
        ("subject_dn", "notes"),
        ("subject_dn", "CN"),
        ("subject_dn", "unheard=of"),
        ("subject_dn", "CN=notes, O=Example"),
        ("subject_dn", "/CN=notes/O=Example"),
        ("subject_dn", "CN=#zz"),
        ("subject_dn", "CN=#ff"),
        ("subject_dn", "CN=#0c0541"),
        ("subject_dn", "CN=#300541"),
        ("subject_dn", "CN=\\zz"),
        ("subject_dn", "C=Germany"),
        ("subject_dn", "CN=" + "x" * 1000),
        ("subject_dn", "CN=a\u0000b"),
        ("subject_dn", 1),
        ("san_dns", "https://notes.example"),
        ("san_dns", "notes example"),
        ("san_dns", "notes..example"),
        ("san_uri", "notes"),
        ("san_uri", "urn:with space"),
        ("san_ip", "192.0.2.0/24"),
        ("san_ip", "192.0.2.256"),
        ("san_ip", 1),
        ("san_email", "notes"),
        ("san_email", "a@b@c"),
        ("san_email", ["a@example.com"]),
    ],
)
def test_no_name(member: str, value: object) -> None:
    """What could never be found in a certificate is told when it is registered."""
    with pytest.raises(InvalidClientMetadata) as refusal:
        validate(PKI | {f"tls_client_auth_{member}": value}, ON)

    assert refusal.value.description.startswith(f"tls_client_auth_{member} must")
    assert_plain(refusal.value.description)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (PKI, "token_endpoint_auth_method tls_client_auth needs exactly one member"),
        (
            PKI | {"tls_client_auth_san_dns": "a", "tls_client_auth_san_ip": "192.0.2.7"},
            "token_endpoint_auth_method tls_client_auth needs exactly one member",
        ),
        (SELF_SIGNED, "jwks or jwks_uri must be there if token_endpoint_auth_method is self_sig"),
        (
            CODE | {BOUND: True, "response_types": ["code token"]}
            | {"grant_types": ["authorization_code", "implicit"]},
            f"response_types must not have token if {BOUND} is true.",
        ),
        (CODE | {BOUND: "true"}, f"{BOUND} must be true or false."),
    ],
)  # fmt: skip
def test_what_goes_together(asked: dict[str, Any], text: str) -> None:
    """Exactly one name (§2.1.2), keys (§2.2.2), and no token that cannot be bound (§6.4)."""
    config = Config(server=VERIFYING, protocol={"implicit": True})

    with pytest.raises(InvalidClientMetadata) as refusal:
        validate(asked, config)

    assert refusal.value.description.startswith(text)


def test_without_a_proxy_nobody_is_promised_anything() -> None:
    """A client that asks for what the operator has not set up would rely on it."""
    keys = {"jwks": {"keys": [make_certificate().jwk]}}
    asked = (
        (PKI, "token_endpoint_auth_method must be one of"),
        (SELF_SIGNED | keys, "token_endpoint_auth_method must be one of"),
        (CODE | {BOUND: True}, f"{BOUND} is not supported"),
        (CODE | {"tls_client_auth_san_dns": "a"}, "tls_client_auth_san_dns is not supported"),
    )

    for metadata, text in asked:
        with pytest.raises(InvalidClientMetadata, match=text):
            validate({**metadata}, OFF)

    assert BOUND not in validate(CODE | {BOUND: False}, OFF)


def test_without_verification_names_say_nothing() -> None:
    """Anybody can write a name into a certificate; a key is nobody else's."""
    keys = {"jwks": {"keys": [make_certificate().jwk]}}

    with pytest.raises(InvalidClientMetadata, match="token_endpoint_auth_method must be one of"):
        validate(PKI, UNVERIFIED)
    with pytest.raises(InvalidClientMetadata, match="tls_client_auth_san_dns is not supported"):
        validate(CODE | {"tls_client_auth_san_dns": "a"}, UNVERIFIED)

    assert validate(SELF_SIGNED | keys | {BOUND: True}, UNVERIFIED)[BOUND] is True
