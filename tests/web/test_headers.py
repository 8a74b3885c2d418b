"""Header fields are found whatever their case, and those that repeat are not lost."""

import pytest

from idp.web.headers import Headers

HEADERS = Headers(
    [(b"accept", b"text/html"), (b"x-forwarded-for", b"a"), (b"x-forwarded-for", b"\xe9")]
)


@pytest.mark.parametrize("name", ["accept", "Accept", "ACCEPT"])
def test_case_makes_no_difference(name: str) -> None:
    """A field is there under each way of writing its name."""
    assert HEADERS[name] == HEADERS.get(name) == "text/html"
    assert name in HEADERS


def test_what_is_not_there() -> None:
    """A field that was not sent is missed, or is the default."""
    assert "cookie" not in HEADERS
    assert HEADERS.get("cookie") is None
    assert HEADERS.get("cookie", "") == ""
    with pytest.raises(KeyError):
        HEADERS["cookie"]


def test_fields_that_repeat() -> None:
    """The first line counts, unless all are asked for; any byte is a character."""
    assert HEADERS["X-Forwarded-For"] == "a"
    assert HEADERS.every("X-Forwarded-For") == ["a", "é"]
    assert HEADERS.every("accept") == ["text/html"]
    assert Headers([(b"accept", b"text/html")]).every("cookie") == []


def test_all_fields() -> None:
    """Each name is listed once."""
    assert dict(HEADERS) == {"accept": "text/html", "x-forwarded-for": "a"}
    assert len(HEADERS) == 2
