"""The settings of issuers whose word on people counts."""

from pathlib import Path
from typing import Any

import pytest

from idp.config import Config, TrustedIssuer, load_config
from tests.config.problems import problems_of

ISSUER = "https://ci.example"
GOOD = {"jwks": "ci.json", "user_by": "username"}


def test_nobody_is_believed_by_default() -> None:
    """An operator names each issuer."""
    assert Config().trusted_issuers == {}


def test_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is JSON there."""
    monkeypatch.setenv(
        "IDP_TRUSTED_ISSUERS", '{"https://ci.example": {"jwks": "ci.json", "user_by": "sub"}}'
    )

    assert load_config().trusted_issuers == {
        ISSUER: TrustedIssuer(jwks="ci.json", user_by="sub", audience="")
    }


def test_file_is_read(tmp_path: Path) -> None:
    """It may be a table with a table for each issuer."""
    file = tmp_path / "config.toml"
    file.write_text(
        '[trusted_issuers."https://ci.example"]\n'
        'jwks = "https://ci.example/jwks"\nuser_by = "email"\naudience = "api://idp"\n'
    )

    (issuer,) = load_config(file).trusted_issuers.values()

    assert (issuer.jwks, issuer.user_by) == ("https://ci.example/jwks", "email")
    assert issuer.audience == "api://idp"


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (
            {ISSUER: GOOD | {"user_by": "name"}},
            "trusted_issuers.https://ci.example.user_by must be 'sub', 'username' or 'email',"
            " not 'name'.",
        ),
        ({ISSUER: {"jwks": "a"}}, "trusted_issuers.https://ci.example.user_by must be there."),
        ({ISSUER: {"user_by": "sub"}}, "trusted_issuers.https://ci.example.jwks must be there."),
        (
            {ISSUER: GOOD | {"jwks": "http://ci.example/jwks"}},
            "trusted_issuers.https://ci.example.jwks must have keys in a file or at a URL that"
            " begins with https://",
        ),
        (
            {ISSUER: GOOD | {"jwks": ""}},
            "trusted_issuers.https://ci.example.jwks must be one line of text, and not empty",
        ),
        (
            {ISSUER: GOOD | {"usr_by": "sub"}},
            "trusted_issuers.https://ci.example.usr_by is not a setting.",
        ),
        (
            {"http://127.0.0.1:8000": GOOD},
            "trusted_issuers must not have the issuer of this server itself.",
        ),
        ({"": GOOD}, "trusted_issuers must be one line of text, and not empty."),
        ({ISSUER: "ci.json"}, "trusted_issuers.https://ci.example must be a table of settings"),
    ],
)
def test_wrong_values(values: dict[str, Any], problem: str) -> None:
    """Each is told what it must be, and where it stands."""
    (told,) = problems_of(trusted_issuers=values)

    assert told.startswith(problem)
