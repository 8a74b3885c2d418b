"""What passkeys are called."""

import pytest

from idp.authenticators.passkey_names import MAX_LENGTH, clean_name, name_new

APPLE = "fbfc3007-154e-4ecc-8c0b-6e020557d7bd"
NOBODY = "12345678-1234-1234-1234-123456789abc"


@pytest.mark.parametrize(
    ("aaguid", "transports", "taken", "name"),
    [
        (APPLE, ["internal", "hybrid"], [], "Apple Passwords"),
        (APPLE, ["internal"], ["Apple Passwords", "Apple Passwords 2"], "Apple Passwords 3"),
        (NOBODY, ["usb", "nfc"], [], "Security key"),
        (NOBODY, ["usb", "internal"], [], "Passkey"),
        (NOBODY, [], ["Passkey 2"], "Passkey"),
    ],
)
def test_a_new_passkey_is_called_by_its_maker_or_its_kind(
    aaguid: str, transports: list[str], taken: list[str], name: str
) -> None:
    """A number tells two of a kind apart."""
    assert name_new(aaguid, transports, taken) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Work laptop", "Work laptop"),
        (" a\t\n b ", "a b"),
        ("\u202egnol", "gnol"),
        ("x" * (MAX_LENGTH - 1) + " y", "x" * (MAX_LENGTH - 1)),
        ("", None),
        ("\u200b\u0000 ", None),
    ],
)
def test_a_name_is_a_line_of_text(typed: str, name: str | None) -> None:
    """What cannot be seen, or turns a page around, is left out."""
    assert clean_name(typed) == name
