"""The OpenAPI document: valid, complete, and nothing but what is there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.routing import Route

from idp.app import make_provider
from idp.authorization_server import GRANT_TYPES
from idp.config import Config
from idp.openapi import openapi
from idp.openapi.model import Operation, Told
from idp.openapi.operations import OPERATIONS, TAGS
from idp.routes import routes

OPEN = {"mode": "open"}
DOCUMENT = openapi(
    Config(issuer="https://id.example", scopes={}, client_registration=OPEN), "1.2.3"
)


def documented_operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """List path, method and description of each operation."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield path, method.upper(), operation


def test_document_is_valid() -> None:
    """Tools for OpenAPI 3.1 can read it."""
    errors = [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()]

    assert errors == []


def test_every_route_is_documented_and_nothing_else() -> None:
    """No endpoint is added without being told of, nor told of without being there."""
    config = Config(
        issuer="https://id.example",
        docs={"enabled": True},
        client_registration=OPEN,
        protocol={"session_management": True},
        sign_in={"email_code": True},
    )
    provider = make_provider(config)
    provider.hasher.close()

    mounted = {
        (route.path, method)
        for route in routes(provider)
        if isinstance(route, Route)
        for method in route.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }

    assert {(path, method) for path, method, _ in documented_operations()} == mounted


def test_what_is_off_is_not_documented() -> None:
    """Clients cannot register themselves unless the operator lets them."""
    document = openapi(Config(issuer="https://id.example"), "1.2.3")

    assert "/clients" in DOCUMENT["paths"]
    assert not [path for path in document["paths"] if path.startswith("/clients")]


def test_document_names_the_server() -> None:
    """Paths are relative to the issuer."""
    assert DOCUMENT["servers"] == [{"url": "https://id.example"}]
    assert DOCUMENT["info"]["version"] == "1.2.3"


def test_operations_have_names_of_their_own() -> None:
    """Generated clients make functions of them."""
    names = [operation["operationId"] for _, _, operation in documented_operations()]

    assert len(names) == len(set(names)) == len(OPERATIONS)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.operation_id)
def test_operation_is_told_in_words(operation: Operation) -> None:
    """Each has a chapter, sentences, and described parameters."""
    assert operation.tag in TAGS
    assert operation.summary
    assert operation.description.endswith(".")
    assert all(field.description.endswith(".") for field in operation.fields)
    assert all(answer.description.endswith((".", ";")) for answer in operation.answers)
    assert all(refusal.when.endswith(".") for refusal in operation.refusals)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.operation_id)
def test_operation_declares_what_its_path_has(operation: Operation) -> None:
    """The parameters of a path are those between its braces."""
    in_path = re.findall(r"{(\w+)}", operation.path)

    assert [field.name for field in operation.path_fields] == in_path


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.operation_id)
def test_refusals_of_one_status_are_told_alike(operation: Operation) -> None:
    """A response is JSON or a page, not sometimes this and sometimes that."""
    for status in {refusal.status for refusal in operation.refusals}:
        those = [each for each in operation.refusals if each.status == status]
        assert len({refusal.told for refusal in those}) == 1
        assert len({(refusal.error, refusal.text) for refusal in those}) == len(those)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.operation_id)
def test_programs_are_told_a_code_and_people_are_not(operation: Operation) -> None:
    """A page has words, JSON and redirects have an error code besides."""
    for refusal in operation.refusals:
        assert (refusal.error is None) == (refusal.told is Told.PAGE)


def test_error_table_has_codes_texts_and_examples() -> None:
    """Each response lists its codes in the schema and an example body for each refusal."""
    response = DOCUMENT["paths"]["/token"]["post"]["responses"]["400"]
    content = response["content"]["application/json"]

    codes = content["schema"]["allOf"][1]["properties"]["error"]["enum"]
    examples = [example["value"] for example in content["examples"].values()]
    assert {"invalid_grant", "invalid_scope", "unsupported_grant_type"} <= set(codes)
    assert {example["error"] for example in examples} == set(codes)
    assert len(response["x-refusals"]) == len(examples)


def test_grant_types_are_those_of_the_server() -> None:
    """What is supported is one list, which the document reads too."""
    body = DOCUMENT["paths"]["/token"]["post"]["requestBody"]["content"]
    schema = body["application/x-www-form-urlencoded"]["schema"]

    supported = [str(each.GRANT_TYPE) for each in GRANT_TYPES]
    assert schema["properties"]["grant_type"]["enum"] == supported
    assert schema["required"] == ["grant_type"]


def test_authentication_is_declared_where_it_is_needed() -> None:
    """Client authentication may be in the form; UserInfo needs an access token."""
    security = {
        name: op.get("security")
        for _, _, op in documented_operations()
        for name in [op["operationId"]]
    }

    assert security["introspection"] == [{"client_secret_basic": []}, {}]
    assert security["userinfo"] == [{"bearer": []}, {"dpop": []}]
    assert security["jwks"] is None
