"""Distinguished names, as they can be compared however they were written (RFC 4514)."""

import re
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import NameOID

# From the most general part to the one that is named; the parts of one place have no order.
DistinguishedName = tuple[frozenset[tuple[str, str | bytes]], ...]

NAMES_KEPT = 1000
# RFC 4514 §2.4: a value as its encoding in hexadecimal
HEXADECIMAL = re.compile(r"((?:^|(?<!\\)[,+])[A-Za-z0-9.-]+=)#((?:[0-9A-Fa-f]{2})+)(?=[,+]|$)")
STRING_TAGS = (b"\x0c", b"\x13", b"\x16")  # UTF8String, PrintableString, IA5String (X.690)


class _Descriptors(dict[str, x509.ObjectIdentifier]):
    """Names of attributes, of which capitals make no others (RFC 4512 §1.4)."""

    def get(self, name: str, default: object = None) -> x509.ObjectIdentifier | None:  # type: ignore[override]  # the parser asks for nothing else
        return super().get(name.lower())


DESCRIPTORS = _Descriptors(
    {
        # RFC 4514 §3
        "cn": NameOID.COMMON_NAME,
        "l": NameOID.LOCALITY_NAME,
        "st": NameOID.STATE_OR_PROVINCE_NAME,
        "o": NameOID.ORGANIZATION_NAME,
        "ou": NameOID.ORGANIZATIONAL_UNIT_NAME,
        "c": NameOID.COUNTRY_NAME,
        "street": NameOID.STREET_ADDRESS,
        "dc": NameOID.DOMAIN_COMPONENT,
        "uid": NameOID.USER_ID,
        # What programs write as well
        "emailaddress": NameOID.EMAIL_ADDRESS,
        "serialnumber": NameOID.SERIAL_NUMBER,
        "title": NameOID.TITLE,
        "sn": NameOID.SURNAME,
        "givenname": NameOID.GIVEN_NAME,
        "postalcode": NameOID.POSTAL_CODE,
        "businesscategory": NameOID.BUSINESS_CATEGORY,
        "organizationidentifier": NameOID.ORGANIZATION_IDENTIFIER,
        "jurisdictionl": NameOID.JURISDICTION_LOCALITY_NAME,
        "jurisdictionst": NameOID.JURISDICTION_STATE_OR_PROVINCE_NAME,
        "jurisdictionc": NameOID.JURISDICTION_COUNTRY_NAME,
    }
)


@lru_cache(NAMES_KEPT)
def parse(text: str) -> DistinguishedName:
    """Read a name from its string; raise ValueError."""
    unpacked = HEXADECIMAL.sub(_unpack, text)
    return normalize(x509.Name.from_rfc4514_string(unpacked, DESCRIPTORS))


def normalize(name: x509.Name) -> DistinguishedName:
    """Give a name as it is compared."""
    return tuple(
        frozenset((each.oid.dotted_string, each.value) for each in rdn) for rdn in name.rdns
    )


def _unpack(match: re.Match[str]) -> str:
    """Take a string out of its encoding, and escape it instead; refuse what is no string."""
    attribute, digits = match.groups()
    encoded = bytes.fromhex(digits)
    if encoded[:1] not in STRING_TAGS or len(encoded) < 2 or encoded[1] != len(encoded) - 2:
        raise ValueError("no string")
    return attribute + "".join(f"\\{byte:02x}" for byte in encoded[2:])
