"""The parameters of a request, decoded from a form or a query."""

import pytest

from idp.oauth2.parameters import MAX_PARAMETERS, MalformedParametersError, Parameters


@pytest.mark.parametrize(
    ("encoded", "pairs"),
    [
        (b"", ()),
        (b"a=1&b=2", (("a", "1"), ("b", "2"))),
        (b"a=x+y%20z%2B", (("a", "x y z+"),)),
        (b"state=&a", (("state", ""), ("a", ""))),
        (b"a=1&a=2", (("a", "1"), ("a", "2"))),
        (b"a=%C3%A9", (("a", "é"),)),
        (b"a=b=c", (("a", "b=c"),)),
        (b"&&a=1&", (("a", "1"),)),
        (b"a;b=1", (("a;b", "1"),)),
        (b"a=%zz", (("a", "%zz"),)),
    ],
)
def test_form_is_decoded(encoded: bytes, pairs: tuple[tuple[str, str], ...]) -> None:
    """application/x-www-form-urlencoded, with empty values kept."""
    assert Parameters.decode(encoded).pairs == pairs


@pytest.mark.parametrize(
    "encoded",
    [
        b"a=%FF",
        b"a=%ED%A0%80",  # a surrogate
        "a=é".encode(),
        b"a=%00",
        b"%00=a",
        b"a=1&" * (MAX_PARAMETERS + 1),
    ],
)
def test_form_that_cannot_be_decoded_is_refused(encoded: bytes) -> None:
    """Not UTF-8, not ASCII on the wire, a NUL character, or too many parameters."""
    with pytest.raises(MalformedParametersError):
        Parameters.decode(encoded)


def test_parameter_without_a_value_counts_as_left_out() -> None:
    """An empty parameter is as good as none (RFC 6749 §3.1), and can be had verbatim."""
    parameters = Parameters([("state", ""), ("code", "c")])

    assert parameters.get("state") is None
    assert parameters.verbatim("state") == ""
    assert parameters.verbatim("nonce") is None
    assert "state" in parameters


@pytest.mark.parametrize(
    ("names", "repeated"),
    [
        ("a b c", set()),
        ("a b a", {"a"}),
        ("code code code", {"code"}),
        ("unknown unknown", {"unknown"}),
        ("resource resource audience audience", set()),
        ("Code code", set()),
    ],
)
def test_repeated_parameters_are_found(names: str, repeated: set[str]) -> None:
    """Every name that stands there twice, except those that may (RFC 8707 §2, RFC 8693 §2.1)."""
    parameters = Parameters((name, "") for name in names.split())

    assert parameters.repeated == repeated
