"""Certificates of any shape: read, or refused, and what is read of them."""

import ipaddress
from collections.abc import Sequence

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.clients.distinguished_name import parse
from idp.oauth2.client_certificate import (
    ClientCertificate,
    UnreadableCertificate,
    read_certificate,
)
from tests.parties.certificates import make_certificate

NAMES = (
    x509.DNSName("Notes.example"),
    x509.UniformResourceIdentifier("spiffe://example/notes"),
    x509.IPAddress(ipaddress.ip_address("192.0.2.7")),
    x509.RFC822Name("notes@example.com"),
    x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
)
CERTIFICATE = make_certificate("CN=notes,O=Example", NAMES)
# The extension SubjectAlternativeName with one name, whose kind is the last byte but two
REGISTERED_ID = bytes.fromhex("0603551d110405300388012a")
X400_ADDRESS = bytes.fromhex("0603551d1104053003a3012a")


def test_what_is_read() -> None:
    """Names as they are compared, the time in UTC, the thumbprint of RFC 8705 §3.1."""
    read = read_certificate(CERTIFICATE.der)

    assert read.subject == parse("cn=notes,O=Example")
    assert read.dns_names == {"notes.example"}
    assert read.uris == {"spiffe://example/notes"}
    assert read.ip_addresses == {ipaddress.ip_address("192.0.2.7")}
    assert read.email_addresses == {"notes@example.com"}
    assert read.thumbprint == CERTIFICATE.thumbprint
    assert read.is_valid_now
    assert read.public_key == CERTIFICATE.key.public_key()


def test_a_certificate_is_parsed_once() -> None:
    """A client sends the same one again and again, which is the same object then."""
    assert read_certificate(CERTIFICATE.der) is read_certificate(bytes(CERTIFICATE.der))


def test_names_of_unheard_of_kinds_are_refused() -> None:
    """What cannot be read as a whole is not believed in parts."""
    der = make_certificate(names=[x509.RegisteredID(x509.ObjectIdentifier("1.2"))]).der
    unheard_of = der.replace(REGISTERED_ID, X400_ADDRESS)
    assert unheard_of != der

    with pytest.raises(UnreadableCertificate):
        read_certificate(unheard_of)


@pytest.mark.filterwarnings("ignore")  # those of the parser, about what is odd and not wrong
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_no_certificate_does_any_harm(changes: Sequence[tuple[int, int]]) -> None:
    """Whatever its bytes are, it is a certificate or it is refused."""
    changed = bytearray(CERTIFICATE.der)
    for position, byte in changes:
        changed[position % len(changed)] = byte

    try:
        assert isinstance(read_certificate(bytes(changed)), ClientCertificate)
    except UnreadableCertificate:
        assert bytes(changed) != CERTIFICATE.der


@pytest.mark.parametrize("der", [b"", b"0", b"\x30\x80" * 100, b"\x30\x82\xff\xff", b"x" * 20_000])
def test_no_bytes_do_any_harm(der: bytes) -> None:
    """Nor do others."""
    with pytest.raises(UnreadableCertificate):
        read_certificate(der)


PIECES = ["CN", "O", "=", ",", "+", "\\", "#", "0c0141", '"', " ", "a", "é", "\\41", "1.2.3"]


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_no_name_does_any_harm(text: str) -> None:
    """A distinguished name is one, or a ValueError."""
    try:
        assert isinstance(parse(text), tuple)
    except ValueError:
        assert text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=a,O=b", "cn=a,o=b"),
        ("CN=a+O=b", "O=b+CN=a"),
        ("CN=#0c0161", "CN=a"),
        ("CN=#130161+O=b", "O=b+CN=\\61"),
        ("CN=a\\,b", "CN=a\\2cb"),
        ("CN=\\ a\\ ", "CN=\\20a\\20"),
        ("2.5.4.3=é", "CN=\\c3\\a9"),
        ("CN=a\\,O=#0c0162", "CN=a\\2cO\\3d\\230c0162"),
    ],
)
def test_one_name_in_two_ways(one: str, other: str) -> None:
    """RFC 4514 lets a name be written in several ways."""
    assert parse(one) == parse(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=a,O=b", "O=b,CN=a"),
        ("CN=a,O=b", "CN=a+O=b"),
        ("CN=a", "CN=A"),
        ("CN=a", "O=a"),
        ("CN=a", "CN=a,O=b"),
        ("CN=a", "CN=a\\20"),
    ],
)
def test_two_names(one: str, other: str) -> None:
    """What an authority may have given to two is not one."""
    assert parse(one) != parse(other)
