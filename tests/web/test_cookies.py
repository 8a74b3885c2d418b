"""The names and attributes of the cookies."""

import pytest
from starlette.responses import Response

from idp.config import Config
from idp.secret import Secret
from idp.web.cookies import Cookies

HTTPS = Config(issuer="https://idp.example")
DEVELOPMENT = Config(issuer="http://127.0.0.1:8000", server={"dev": True})


def attributes(header: str) -> set[str]:
    """Take a Set-Cookie header apart."""
    return set(header.lower().split("; "))


@pytest.mark.parametrize(
    ("issuer", "dev", "is_bound"),
    [
        ("https://idp.example", False, True),
        ("https://idp.example", True, True),
        ("https://idp.example/tenant", False, True),
        ("http://127.0.0.1:8000", False, True),
        ("http://127.0.0.1:8000", True, False),
    ],
)
def test_only_a_development_server_on_http_has_plain_names(
    issuer: str, dev: bool, is_bound: bool
) -> None:
    """Everywhere else `__Host-` and Secure keep a cookie on this host and on HTTPS."""
    response = Response()

    Cookies(Config(issuer=issuer, server={"dev": dev})).set_session(response, Secret("abc"), 60)

    header = response.headers["set-cookie"]
    assert header.startswith("__Host-idp-session=abc;") is is_bound
    assert header.startswith("idp-session=abc;") is not is_bound
    assert ("secure" in attributes(header)) is is_bound


def test_attributes_of_the_session_cookie() -> None:
    """It is for this host alone, out of reach of scripts and of other sites' forms."""
    response = Response()

    Cookies(HTTPS).set_session(response, Secret("abc"), 60)

    assert attributes(response.headers["set-cookie"]) == {
        "__host-idp-session=abc",
        "httponly",
        "max-age=60",
        "path=/",
        "samesite=lax",
        "secure",
    }


def test_attributes_of_the_browser_cookie() -> None:
    """It lasts as long as a cookie may, and is guarded in the same way."""
    response = Response()

    Cookies(HTTPS).set_browser(response, Secret("abc"))

    assert attributes(response.headers["set-cookie"]) == {
        "__host-idp-browser=abc",
        "httponly",
        "max-age=34560000",
        "path=/",
        "samesite=lax",
        "secure",
    }


@pytest.mark.parametrize("config", [HTTPS, DEVELOPMENT])
def test_a_session_cookie_is_removed_under_the_attributes_it_was_set_with(config: Config) -> None:
    """A browser replaces a cookie only by one of the same name, path and security."""
    set_it, remove_it = Response(), Response()

    Cookies(config).set_session(set_it, Secret("abc"), 60)
    Cookies(config).remove_session(remove_it)

    was_set = attributes(set_it.headers["set-cookie"].replace("abc", ""))
    removed = attributes(remove_it.headers["set-cookie"].replace('""', ""))
    assert was_set ^ removed == {"max-age=60", "max-age=0"}


def test_the_other_sessions_are_kept_in_their_order() -> None:
    """In one cookie, guarded like the session's, and removed when there are none."""
    set_them, remove_them = Response(), Response()

    Cookies(HTTPS).set_others(set_them, [Secret("abc"), Secret("def")], 60)
    Cookies(HTTPS).set_others(remove_them, [], 60)

    header = attributes(set_them.headers["set-cookie"])
    assert {"__host-idp-others=abc.def", "httponly", "max-age=60", "secure"} <= header
    assert "max-age=0" in attributes(remove_them.headers["set-cookie"])


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("abc.def", ["abc", "def"]),
        ("", []),
        ("...", []),
        ("abc..def", ["abc", "def"]),
        ("a.b.c.d.e.f", ["a", "b", "c", "d"]),
        ("a" * 129 + ".b", ["b"]),
    ],
)
def test_what_a_browser_sends_is_read_within_bounds(value: str, read: list[str]) -> None:
    """At most four ids, each no longer than an id can be."""
    others = Cookies(HTTPS).others({"__Host-idp-others": value})

    assert [each.reveal() for each in others] == read
