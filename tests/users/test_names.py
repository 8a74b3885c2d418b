"""What an account may be called."""

import pytest

from idp.users.names import (
    Profile,
    ValidationFailed,
    check_profile,
    email_key,
    login_key,
    username_key,
)


@pytest.mark.parametrize(
    "username",
    ["a", "alice", "Alice.B-c_2", "жанна", "李雷", "नमस्ते", "7of9", "x" * 64],
)
def test_letters_of_all_languages_make_a_user_name(username: str) -> None:
    """A user name has letters, digits, dots, hyphens and underscores."""
    profile = check_profile(username, None, None)

    assert profile.username == username


@pytest.mark.parametrize(
    "username",
    [
        "",
        "   ",
        "x" * 65,
        "with space",
        "a@b",
        ".alice",
        "-alice",
        "_alice",
        "\u0301alice",
        "tab\tbed",
        "nul\0",
        "line\nbreak",
        "half\ud800",
        "zero\u200bwidth",
        "join\u200der",
        "right\u202eleft",
        "soft\u00adhyphen",
        "filler\u3164",
        "hangul\u115f",
        "variation\ufe0f",
        "emoji😀",
        "slash/ed",
        "<b>",
        "per%cent",
        "quote'",
        "a\u2028b",
    ],
)
def test_other_user_names_are_refused(username: str) -> None:
    """Signs, spaces and what nobody sees would make names that look like another."""
    with pytest.raises(ValidationFailed) as failure:
        check_profile(username, None, None)

    assert set(failure.value.errors) == {"username"}
    assert failure.value.errors["username"].isascii()


@pytest.mark.parametrize(
    "email",
    ["alice@example.com", "a.b+c@sub.example.co.uk", "ñandú@example.com", "a@bücher.example"],
)
def test_email_addresses_are_accepted(email: str) -> None:
    """An address is taken as it is."""
    assert check_profile("alice", email, None).email == email


@pytest.mark.parametrize(
    "email",
    [
        "alice",
        "@example.com",
        "alice@",
        "a@b@example.com",
        "a b@example.com",
        "a@exa mple.com",
        "a@[127.0.0.1]",
        "a@example.com\r\nBcc: b@example.com",
        "nul\0@example.com",
        "half\ud800@example.com",
        "right\u202eleft@example.com",
        "Alice <alice@example.com>",
        "x" * 250 + "@example.com",
        "a@" + "x." * 200 + "com",
        "@" * 60_000,
        "\ufdfa" * 21 + "@example.com",
    ],
)
def test_other_email_addresses_are_refused(email: str) -> None:
    """What is no address, or more than one, is refused."""
    with pytest.raises(ValidationFailed) as failure:
        check_profile("alice", email, None)

    assert set(failure.value.errors) == {"email"}


@pytest.mark.parametrize("name", ["x" * 101, "nul\0", "two\nlines", "right\u202eleft", "\ud800"])
def test_names_that_cannot_be_shown_are_refused(name: str) -> None:
    """A name is one visible line of at most 100 characters."""
    with pytest.raises(ValidationFailed) as failure:
        check_profile("alice", None, name)

    assert set(failure.value.errors) == {"name"}


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Each field has its own sentence."""
    with pytest.raises(ValidationFailed) as failure:
        check_profile("a b", "nowhere", "x" * 101)

    assert set(failure.value.errors) == {"username", "email", "name"}


def test_blank_is_nothing() -> None:
    """Spaces around a name are not part of it, and spaces alone are no name."""
    profile = check_profile(" Alice ", "  ", " ")

    assert profile == Profile("Alice", "alice", None, None, None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("alice", "ALICE"),
        ("alice", "\uff41lice"),
        ("straße", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("ﬁona", "fiona"),
    ],
)
def test_names_that_look_alike_have_one_key(one: str, other: str) -> None:
    """Capitals, ligatures, widths and composed accents make no new name."""
    assert username_key(one) == username_key(other)


@pytest.mark.parametrize("character", ["\u00df", "\u0130", "\u1f80", "\u0390"])
def test_a_user_name_grows_no_longer_than_what_holds_it(character: str) -> None:
    """No letter becomes more than two when it is folded, once it is normalized."""
    profile = check_profile(character * 64, None, None)

    assert len(profile.username_key) <= 128


def test_a_domain_has_one_key_in_both_its_spellings() -> None:
    """Punycode and letters name the same mailbox."""
    encoded = check_profile("a", "A@xn--bcher-kva.EXAMPLE", None)
    spelled = check_profile("b", "a@bücher.example", None)

    assert encoded.email_key == spelled.email_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (" Alice ", username_key("alice")),
        ("Alice@Example.COM", email_key("alice@example.com")),
        ("nul\0", "nul\ufffd"),
        ("half\ud800", "half\ufffd"),
        ("", ""),
    ],
)
def test_what_is_typed_to_sign_in_has_a_key(typed: str, key: str) -> None:
    """One field takes a user name or an address, and whatever else is sent finds nobody."""
    assert login_key(typed) == key
