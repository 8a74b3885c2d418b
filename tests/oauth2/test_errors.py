"""Errors of the protocol: what their texts may hold, and what they add to the answer."""

import re
from collections.abc import Iterator

import pytest

import idp.app  # noqa: F401  # every module that defines an error
from idp.oauth2.errors import (
    ClientAuthenticationFailed,
    InsufficientScopeError,
    InvalidTokenError,
    MissingTokenError,
    OAuth2Error,
    ServerBusy,
    TokenInTwoPlaces,
)

ALLOWED = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]+")


def _errors(parent: type[OAuth2Error] = OAuth2Error) -> Iterator[type[OAuth2Error]]:
    for error in parent.__subclasses__():
        if error.__module__.startswith("idp.") and error.description:
            yield error
        yield from _errors(error)


@pytest.mark.parametrize("error", list(_errors()), ids=lambda error: error.__name__)
def test_text_has_only_characters_that_a_description_may_have(error: type[OAuth2Error]) -> None:
    """RFC 6749 §5.2 allows printable ASCII without quotation mark and backslash."""
    assert ALLOWED.fullmatch(error.description)


@pytest.mark.parametrize(
    ("error", "status", "code", "challenge"),
    [
        (ClientAuthenticationFailed("note"), 401, "invalid_client", None),
        (
            ClientAuthenticationFailed("note", basic=True),
            401,
            "invalid_client",
            'Basic realm="idp"',
        ),
        (
            InvalidTokenError(),
            401,
            "invalid_token",
            'Bearer realm="idp", error="invalid_token", error_description="The access token is '
            'expired, revoked, malformed or not from here."',
        ),
        (MissingTokenError(), 401, "invalid_token", 'Bearer realm="idp"'),
        (
            TokenInTwoPlaces(),
            400,
            "invalid_request",
            'Bearer realm="idp", error="invalid_request", error_description="Send the access token '
            'in one place, not in two."',
        ),
        (
            InsufficientScopeError(),
            403,
            "insufficient_scope",
            'Bearer realm="idp", error="insufficient_scope", error_description="The access token '
            'needs the scope openid."',
        ),
        (ServerBusy(429, "Wait.", 30), 429, "temporarily_unavailable", None),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_answer_has_the_challenge_of_its_kind(
    error: OAuth2Error, status: int, code: str, challenge: str | None
) -> None:
    """Each error has its status, its code and, where a standard asks for it, a challenge."""
    answered, body, headers = error()

    assert (answered, body["error"]) == (status, code)
    assert dict(headers).get("WWW-Authenticate") == challenge


def test_busy_server_says_when_to_come_back() -> None:
    """Retry-After has the seconds."""
    _, _, headers = ServerBusy(503, "Too busy.", 5)()

    assert ("Retry-After", "5") in headers


def test_private_fact_stays_out_of_the_answer() -> None:
    """Why a client was refused is a note for the log, not a text for the client."""
    error = ClientAuthenticationFailed("the secret is wrong")

    assert error()[1]["error_description"].startswith("Client authentication failed: check")
    assert error.__notes__ == ["the secret is wrong"]
