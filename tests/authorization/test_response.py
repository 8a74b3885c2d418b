"""Authorization responses: where they go, and what they carry."""

from dataclasses import replace

import pytest

from idp.authorization import response
from idp.oauth2.errors import SentToClient
from idp.vocabulary import ErrorCode, ResponseMode
from tests.authorization.conftest import MakeRequest

ISSUER = "https://idp.example"
REFUSAL = SentToClient(ErrorCode.INVALID_SCOPE, "Ask for less.")


@pytest.mark.parametrize(
    ("redirect_uri", "mode", "expected"),
    [
        ("https://rp.example/cb", "query", "https://rp.example/cb?code=c&iss={iss}"),
        (
            "https://rp.example/cb?a=%20b+c",
            "query",
            "https://rp.example/cb?a=%20b+c&code=c&iss={iss}",
        ),
        ("https://rp.example/cb", "fragment", "https://rp.example/cb#code=c&iss={iss}"),
        ("https://rp.example/cb?a=b", "fragment", "https://rp.example/cb?a=b#code=c&iss={iss}"),
        ("com.example.app:/cb", "query", "com.example.app:/cb?code=c&iss={iss}"),
        ("http://[::1]:5000/cb", "query", "http://[::1]:5000/cb?code=c&iss={iss}"),
    ],
)
def test_response_goes_to_the_redirect_uri_as_it_is(
    make_request: MakeRequest, redirect_uri: str, mode: str, expected: str
) -> None:
    """The parameters are added in the query or the fragment; nothing of the URI is rewritten."""
    addressed = make_request()
    request = replace(addressed, redirect_uri=redirect_uri, response_mode=ResponseMode(mode))

    answer = response.success(request, {"code": "c"}, ISSUER)

    assert answer.location == expected.format(iss="https%3A%2F%2Fidp.example")


@pytest.mark.parametrize(
    ("state", "encoded"),
    [
        ("", ""),
        ("a b+c", "a%20b%2Bc"),
        ("&code=x#f", "%26code%3Dx%23f"),
        ("\"'<>\\", "%22%27%3C%3E%5C"),
        ("\u00e9\U0001f600", "%C3%A9%F0%9F%98%80"),
        ("a\r\nSet-Cookie: x", "a%0D%0ASet-Cookie%3A%20x"),
    ],
)
def test_state_comes_back_as_it_was(make_request: MakeRequest, state: str, encoded: str) -> None:
    """Every character of it survives, and none of it means anything to a browser."""
    request = make_request(state=state)

    answer = response.error(request, REFUSAL, ISSUER)

    assert ("state", state) in answer.parameters
    assert f"&state={encoded}&" in answer.location


def test_error_says_what_it_must_and_no_more(make_request: MakeRequest) -> None:
    """Error, text and issuer; a state only if there was one (RFC 6749 §4.1.2.1)."""
    answer = response.error(make_request(state=None), REFUSAL, ISSUER)

    assert answer.parameters == (
        ("error", "invalid_scope"),
        ("error_description", "Ask for less."),
        ("iss", ISSUER),
    )
