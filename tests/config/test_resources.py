"""The settings of what tokens are for, and of what can be asked in detail."""

from pathlib import Path
from typing import Any

import pytest

from idp.config import load_config
from tests.config.problems import problems_of

API = "https://api.example.com"
MUST_BE_NAMED = "resources must be named by absolute URIs without a fragment."
FILE = """
[scopes]
"calendar:read" = "See your calendar"

[resources]
"https://api.example.com" = { name = "Example Calendar", scopes = ["calendar:read"] }

[resources."urn:example:printer"]
name = "Example Printer"
access_token_format = "opaque"

[authorization_details_types.payment]
sentence = "Make a payment"
required = ["amount.value"]

[authorization_details_types.payment.actions]
begin = "Begin it"

[authorization_details_types.payment.members]
"amount.value" = { label = "Amount" }
"""


def test_tables_of_a_file(working_directory: Path) -> None:
    """Each API and each type is a table, on one line or on several."""
    (working_directory / "config.toml").write_text(FILE)

    config = load_config()

    assert config.resources[API].scopes == ("calendar:read",)
    assert config.resources["urn:example:printer"].access_token_format == "opaque"
    payment = config.authorization_details_types["payment"]
    assert payment.actions == {"begin": "Begin it"}
    assert payment.members["amount.value"].label == "Amount"
    assert payment.members["amount.value"].kind == "text"
    assert payment.allowed == {"actions", "amount.value"}


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table is JSON there."""
    monkeypatch.setenv("IDP_RESOURCES", '{"https://api.example.com": {"name": "Calendar"}}')

    assert load_config().resources[API].name == "Calendar"


@pytest.mark.parametrize(
    ("resources", "problem"),
    [
        ({"api": {"name": "x"}}, MUST_BE_NAMED),
        ({"https://": {"name": "x"}}, MUST_BE_NAMED),
        ({f"{API}#x": {"name": "x"}}, MUST_BE_NAMED),
        ({"https://a b": {"name": "x"}}, MUST_BE_NAMED),
        ({"https://[::1": {"name": "x"}}, MUST_BE_NAMED),
        ({API: 5}, f"resources.{API} must be a table of settings, not 5."),
        ({API: {}}, f"resources.{API}.name must be there."),
        ({API: {"name": " "}}, f"resources.{API}.name must be one line of text, and not empty"),
        ({API: {"name": "x", "nme": 1}}, f"resources.{API}.nme is not a setting."),
        (
            {API: {"name": "x", "access_token_format": "saml"}},
            f"resources.{API}.access_token_format must be '', 'jwt' or 'opaque', not 'saml'.",
        ),
        (
            {API: {"name": "x", "access_token_lifetime": -1}},
            f"resources.{API}.access_token_lifetime must be at least 0, not -1.",
        ),
        ({API: {"name": "x", "client_id": "a b"}}, "resources must have a client_id of letters,"),
        (
            {API: {"name": "x", "scopes": ["calendar:write"]}},
            "resources must have only standard scopes and those of [scopes].",
        ),
        (
            {API: {"name": "x", "access_token_signed_response_alg": "PS256"}},
            "resources must have an algorithm of keys.algorithms.",
        ),
    ],
)
def test_resource_refused(resources: Any, problem: str) -> None:
    """What is wrong is named with its API."""
    (found,) = problems_of(resources=resources)

    assert found.startswith(problem)


def test_the_sentence_is_about_the_setting_that_is_wrong() -> None:
    """An API does not hide what is wrong with the scopes that it names."""
    (found,) = problems_of(scopes={"a b": "x"}, resources={API: {"name": "x", "scopes": ["y"]}})

    assert found.startswith("scopes must have names")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sentence": ""}, ".sentence must be one line of text, and not empty"),
        ({"actions": {"begin": ""}}, ".actions must be one line of text, and not empty"),
        ({"actions": ["begin"]}, ".actions must be a table of settings"),
        ({"required": ["identifier"]}, " must require only members that it allows"),
        ({"members": {"amount": {}}}, ".members.amount.label must be there"),
        (
            {"members": {"a": {"label": "A", "kind": "date"}}},
            ".members.a.kind must be 'text', 'number', 'boolean' or 'texts', not 'date'.",
        ),
        ({"members": {"type": {"label": "A"}}}, ".members must not declare locations, type or"),
        ({"members": {"actions.a": {"label": "A"}}}, ".members must not declare locations, type"),
        ({"members": {"a..b": {"label": "A"}}}, ".members must have names of letters, digits,"),
        ({"members": {"a.b.c.d": {"label": "A"}}}, ".members must have names of letters, digits,"),
        (
            {"members": {"a": {"label": "A"}, "a.b": {"label": "B"}}},
            ".members must not have a member that is a value and an object",
        ),
        (
            {"members": {f"a{number}": {"label": "A"} for number in range(21)}},
            ".members must have at most 20 members",
        ),
    ],
)
def test_type_refused(changes: dict[str, Any], problem: str) -> None:
    """What is wrong is named with its type."""
    declared = {"payment": {"sentence": "Make a payment"} | changes}

    (found,) = problems_of(authorization_details_types=declared)

    assert found.startswith(f"authorization_details_types.payment{problem}")


def test_name_of_a_type_refused() -> None:
    """It is sent, listed and compared letter for letter."""
    (found,) = problems_of(authorization_details_types={"a b": {"sentence": "x"}})

    assert found.startswith("authorization_details_types must have names of printable ASCII")
