"""What proxies write down about who asked, in each of its spellings."""

import pytest

from idp.web.forwarded import ForwardedHeader, hops, read_address


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7:5678", "203.0.113.7"),
        ("203.0.113.7:_gazonk", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("[::1]:80", "::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%eth0]:80", "fe80::1"),
        ("", None),
        ("unknown", None),
        ("_hidden", None),
        ("203.0.113.7:", None),
        ("203.0.113.7:80:80", None),
        ("203.0.113.256:80", None),
        ("[203.0.113.7", None),
        ("[]:80", None),
        ("[2001:db8::1]80", None),
        ("2001:db8::1:80:90:1:2:3:4:5", None),
    ],
)
def test_an_address_with_what_stands_around_it(written: str, address: str | None) -> None:
    """Ports, brackets and zones are taken away, and nothing is guessed."""
    found = read_address(written)

    assert (None if found is None else str(found)) == address


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # the examples of RFC 7239 §4
        (['for="_gazonk"'], ["_gazonk"]),
        (['For="[2001:db8:cafe::17]:4711"'], ["[2001:db8:cafe::17]:4711"]),
        (["for=192.0.2.60;proto=http;by=203.0.113.43"], ["192.0.2.60"]),
        (["for=192.0.2.43, for=198.51.100.17"], ["192.0.2.43", "198.51.100.17"]),
        # several lines are one list
        (["for=192.0.2.43", "for=198.51.100.17"], ["192.0.2.43", "198.51.100.17"]),
        # in whatever order, with whatever spaces, or without saying for whom
        (["proto=https; by=10.0.0.1 ;FOR=192.0.2.43"], ["192.0.2.43"]),
        (["for=192.0.2.43 , proto=https"], ["192.0.2.43", ""]),
        (["for=192.0.2.43,"], ["192.0.2.43", ""]),
        (["for="], [""]),
        # a separator within quotes separates nothing, and a quote may be escaped
        (['for="a, for=192.0.2.1";by=b'], ["a, for=192.0.2.1"]),
        (['for="a\\"b"'], ['a"b']),
        # what is malformed is nobody
        (['for="192.0.2.43, for=198.51.100.17'], [""]),
        (["for=192.0.2.43 198.51.100.17"], [""]),
        (["192.0.2.43"], [""]),
    ],
)
def test_the_elements_of_forwarded(values: list[str], expected: list[str]) -> None:
    """Each proxy adds one at the right (RFC 7239 §4)."""
    found = hops(ForwardedHeader.FORWARDED, [value.encode() for value in values])

    assert list(found) == expected


def test_a_long_header_is_read_in_no_time() -> None:
    """Its parts are looked at once each."""
    text = b'for="' + b'\\"' * 30_000 + b"," + b"a" * 30_000

    assert hops(ForwardedHeader.FORWARDED, [text]) == [""]
