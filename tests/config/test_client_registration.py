"""The settings of clients that register themselves."""

from typing import Any

import pytest

from idp.config import load_config
from idp.config.client_registration import ClientRegistrationConfig
from tests.config.problems import problems_of


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists have commas between their items, and a table is JSON."""
    monkeypatch.setenv("IDP_CLIENT_REGISTRATION__GRANT_TYPES", "authorization_code, password")
    monkeypatch.setenv("IDP_CLIENT_REGISTRATION__SCOPES", "calendar:read")
    monkeypatch.setenv("IDP_CLIENT_REGISTRATION__CLIENT_ID_HOSTS", "a.example, *.b.example")
    monkeypatch.setenv(
        "IDP_CLIENT_REGISTRATION__SOFTWARE_STATEMENTS", '{"https://a.example": "keys.json"}'
    )

    settings = load_config().client_registration

    assert settings.grant_types == ("authorization_code", "password")
    assert settings.scopes == ("calendar:read",)
    assert settings.client_id_hosts == ("a.example", "*.b.example")
    assert settings.software_statements == {"https://a.example": "keys.json"}
    assert settings.mode == "off"


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"mode": "on"}, "client_registration.mode must be 'off', 'token' or 'open', not 'on'."),
        (
            {"grant_types": ["implict"]},
            "client_registration.grant_types must have only these: authorization_code, ",
        ),
        (
            {"client_id_hosts": ["https://a.example"]},
            "client_registration.client_id_hosts must be hosts in lower case, or *.example.com",
        ),
        (
            {"client_id_hosts": ["*"]},
            "client_registration.client_id_hosts must be hosts in lower case, or *.example.com",
        ),
        ({"max_clients": 0}, "client_registration.max_clients must be at least 1, not 0."),
        ({"unused_lifetime": 0}, "client_registration.unused_lifetime must be at least 1, not 0."),
        (
            {"software_statements": {"https://a.example": "http://a.example/keys"}},
            "client_registration.software_statements must have keys in a file or at a URL that"
            " begins with https://.",
        ),
        (
            {"software_statements": {"https://a.example": ""}},
            "client_registration.software_statements must be one line of text, and not empty.",
        ),
    ],
)
def test_wrong_values(values: dict[str, Any], problem: str) -> None:
    """Each is told what it must be."""
    (told,) = problems_of(client_registration=values)

    assert told.startswith(problem)


def test_defaults_let_nobody_in() -> None:
    """Registration is off, and would be for people's sign-ins only."""
    defaults = ClientRegistrationConfig()

    assert defaults.mode == "off"
    assert not defaults.client_id_metadata_documents
    assert defaults.grant_types == ("authorization_code", "refresh_token")
    assert not defaults.scopes
