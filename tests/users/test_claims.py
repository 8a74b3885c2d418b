"""Standard claims about a person: which are taken, and which are refused in which words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.users.claims import ACCOUNT, CLAIMS, read_claims
from idp.users.names import ValidationFailed

ALL: dict[str, Any] = {
    "given_name": "Zoë",
    "family_name": "O'Hara Müller",
    "middle_name": "M.",
    "nickname": "Zo",
    "profile": "https://people.example/zoe",
    "picture": "https://people.example/zoe.png",
    "website": "http://zoe.example:8080/?a=b#c",
    "gender": "female",
    "birthdate": "1990-12-31",
    "zoneinfo": "America/Argentina/Buenos_Aires",
    "locale": "de-CH-1996",
    "email_verified": True,
    "phone_number": "+1 (604) 555-1234;ext=5678",
    "phone_number_verified": False,
    "address": {
        "formatted": "1 High Street\nSpringfield",
        "street_address": "1 High Street\r\nFlat 2",
        "locality": "Springfield",
        "region": "IL",
        "postal_code": "62701",
        "country": "US",
    },
}


def test_all_standard_claims_keep_their_types() -> None:
    """What OIDC Core §5.1 knows can be said of a person."""
    claims = read_claims(ALL)

    street = {"street_address": "1 High Street\nFlat 2"}
    assert claims == {**ALL, "address": {**ALL["address"], **street}}
    assert CLAIMS.keys() == ALL.keys()


def test_what_is_not_known_may_be_null() -> None:
    """A claim without a value is as if it were not there (OIDC Core §5.3.2)."""
    assert read_claims({"nickname": None, "website": None}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("birthdate", "0000-02-29"),
        ("birthdate", "1990"),
        ("locale", "en"),
        ("locale", "zh-Hant-TW"),
        ("zoneinfo", "UTC"),
        ("zoneinfo", "Etc/GMT+5"),
        ("phone_number", "+14155552671"),
        ("phone_number", "+56 (2) 687 2400"),
        ("address", {"country": "CL"}),
    ],
)
def test_other_forms(name: str, value: object) -> None:
    """Each form that the standard allows is taken as it is."""
    assert read_claims({name: value}) == {name: value}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        *((name, 5, "must") for name in CLAIMS),
        *((name, "x", "is kept with the account; leave it out") for name in sorted(ACCOUNT)),
        ("favourite_colour", "blue", "is no standard claim; leave it out"),
        ("given_name", " ", "must be one line of printable text, and not empty"),
        ("given_name", "a\nb", "must be one line of printable text, and not empty"),
        ("given_name", "a" * 256, "must have at most 255 characters"),
        ("email_verified", "true", "must be true or false"),
        ("email_verified", 1, "must be true or false"),
        ("phone_number_verified", True, "must not be there without phone_number"),
        ("website", "javascript:alert(1)", "must be a URL that begins with https:// or http://"),
        ("website", "https://", "must be a URL that begins with https:// or http://"),
        ("website", "https://me@zoe.example", "must be a URL that begins with"),
        ("website", "https://[zoe", "must be a URL that begins with https:// or http://"),
        ("picture", "data:image/png;base64,AAAA", "must be a URL that begins with https://"),
        ("profile", "https://zoe.example/a b", "must be a URL that begins with https://"),
        ("birthdate", "31.12.1990", "must be a day such as 1990-12-31, 0000-12-31 or 1990"),
        ("birthdate", "1990-02-29", "must be a day such as 1990-12-31, 0000-12-31 or 1990"),
        ("birthdate", "1990-12", "must be a day such as 1990-12-31, 0000-12-31 or 1990"),
        ("birthdate", "0000", "must be a day such as 1990-12-31, 0000-12-31 or 1990"),
        ("birthdate", "1990-12-31\n", "must be a day such as"),
        ("locale", "en_US", "must be a language such as en or en-US"),
        ("locale", "English language", "must be a language such as en or en-US"),
        ("zoneinfo", "Europe/Paris/", "must be a time zone such as Europe/Paris"),
        ("phone_number", "0604 555 1234", "must be a number such as +1 (604) 555-1234"),
        ("phone_number", "+1 604 555 1234 567 8901", "must be a number such as"),
        ("address", {}, "must be an object with formatted, street_address and so on"),
        ("address", "1 High Street", "must be an object with formatted"),
        ("address", {"planet": "Earth"}, "must have no members but formatted, street_address"),
        ("address", {"country": ""}, "has a member that must be one line"),
        ("address", {"formatted": "a\0b"}, "has a member that must be text, and not empty"),
        ("address", {"formatted": "a" * 1001}, "has a member that must have at most 1000"),
    ],
)
def test_what_a_claim_cannot_be(name: str, value: object, sentence: str) -> None:
    """The refusal names the claim and says what to change."""
    with pytest.raises(ValidationFailed) as refused:
        read_claims({name: value})

    ((field, text),) = refused.value.errors.items()
    assert field == f"claims.{name}"
    assert text.startswith(sentence)


def test_all_that_is_wrong_is_told_at_once() -> None:
    """Nobody has to try again for each mistake."""
    with pytest.raises(ValidationFailed) as refused:
        read_claims(ALL | {"locale": "", "birthdate": 1990, "shoe_size": 42})

    assert refused.value.errors.keys() == {
        "claims.locale",
        "claims.birthdate",
        "claims.shoe_size",
    }


@pytest.mark.parametrize("untrusted", [[], "given_name", 5, None, True])
def test_claims_are_an_object(untrusted: object) -> None:
    """Anything else is refused as a whole."""
    with pytest.raises(ValidationFailed) as refused:
        read_claims(untrusted)

    assert refused.value.errors == {"claims": "must be a JSON object"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*CLAIMS, "sub", "x"]), VALUES))
def test_no_json_does_any_harm(untrusted: dict[str, Any]) -> None:
    """Whatever it is, it is taken or refused; and what was taken is taken again."""
    try:
        claims = read_claims(untrusted)
    except ValidationFailed:
        return

    assert read_claims(claims) == claims
