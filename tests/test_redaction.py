"""Redaction: what is masked by its name, what by its looks, and what stays readable."""

import pytest

from idp.redaction import redact, redact_text

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password",
        "client_secret",
        "code",
        "code_verifier",
        "token",
        "access_token",
        "refresh_token",
        "id_token",
        "id_token_hint",
        "client_assertion",
        "Authorization",
        "Set-Cookie",
        "cookie",
        "state",
        "nonce",
        "pepper",
    ],
)
def test_secret_names(name: str) -> None:
    """The value of a secret name is masked, at any depth."""
    event = {"a": "b", name: "hunter2", "inner": {name: ["hunter2"]}, "list": [{name: "hunter2"}]}

    assert redact(event) == {"a": "b", name: "***", "inner": {name: "***"}, "list": [{name: "***"}]}


def test_harmless_names() -> None:
    """What only sounds like a secret stays readable."""
    event = {"token_type": "Bearer", "error_code": "E1", "status_code": 200, "scope": "openid"}

    assert redact(event) == event


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"bad token {JWT}!", "bad token ***!"),
        ("got Bearer abc.DEF-123_~+/=", "got Bearer ***"),
        ("got basic Y2xpZW50OnNlY3JldA==", "got basic ***"),
        ("Authorization: Custom x y z", "Authorization: ***"),
        ("Cookie: __Host-sid=abc; b=c\nHost: x", "Cookie: ***\nHost: x"),
        ("GET /callback?code=abc&state=x%20y&iss=i", "GET /callback?code=***&state=***&iss=i"),
        ("redirect_uri=u&client_secret=abc", "redirect_uri=u&client_secret=***"),
        ("f(password='hunter 2', n=1)", "f(password=***, n=1)"),
        ("{'refresh_token': 'abc def', 'n': 'x'}", "{'refresh_token': ***, 'n': 'x'}"),
        ('{"nonce": "abc"}', '{"nonce": ***}'),
        ("postgresql://idp:hunter2@db/idp", "postgresql://idp:***@db/idp"),
        ("[SQL: SELECT ?]\n[parameters: ('a',)]\nx", "[SQL: SELECT ?]\n[parameters: ***\nx"),
        ("error_code=5 barcode=6 https://a.example:8000/b@c", None),
        ("the code is not valid", None),
    ],
)
def test_secrets_in_text(text: str, expected: str | None) -> None:
    """What looks like a secret is masked inside of text, and nothing else is."""
    assert redact_text(text) == (text if expected is None else expected)


@pytest.mark.parametrize("piece", ["eyJ-", "a+", "a_", "code=", "'token':", "bearer ", "a://b:"])
def test_redaction_takes_no_long_time(piece: str) -> None:
    """A hostile text of a body's length is redacted in a moment; squared time would be minutes."""
    assert redact_text(piece * (65536 // len(piece)))
