"""The OpenAPI 3.1 document that the declared operations make."""

from collections.abc import Iterable
from typing import Any

from idp.config import Config
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal, Told
from idp.openapi.operations import OPERATIONS, TAGS
from idp.openapi.operations.tags import CLIENTS
from idp.openapi.security import SCHEMES

JSON = dict[str, Any]

DESCRIPTION = (
    "OAuth 2.0 and OpenID Connect: what this server offers over HTTP. Forms are sent as "
    "application/x-www-form-urlencoded, answers to programs are JSON. A refusal has an error "
    "for programs and an error_description for developers, and every answer an X-Request-Id, "
    "under which the log has it. What is no fault of the caller is answered with 500 "
    "server_error, an unknown path with 404 not_found, a method that a path does not have with "
    "405 method_not_allowed."
)

TOLD = {
    Told.JSON: "Refused.",
    Told.PAGE: "Refused, on a page that says why.",
    Told.REDIRECT: "Refused, at the redirect_uri of the client.",
}

ERROR_SCHEMA: JSON = {
    "type": "object",
    "description": "A refusal (RFC 6749 §5.2).",
    "required": ["error", "error_description"],
    "properties": {
        "error": {"type": "string", "description": "What went wrong, for programs."},
        "error_description": {"type": "string", "description": "What to change, for developers."},
    },
}


def openapi(config: Config, version: str) -> JSON:
    """Describe the HTTP interface of a server."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{config.branding.name} API",
            "version": version,
            "description": DESCRIPTION,
        },
        "servers": [{"url": config.issuer}],
        "tags": [{"name": tag.name, "description": tag.description} for tag in TAGS],
        "paths": _paths(_offered(config)),
        "components": {"schemas": {"Error": ERROR_SCHEMA}, "securitySchemes": SCHEMES},
    }


def _offered(config: Config) -> Iterable[Operation]:
    """Leave out what this server does not have."""
    if config.client_registration.mode != "off":
        return OPERATIONS
    return [operation for operation in OPERATIONS if operation.tag is not CLIENTS]


def _paths(operations: Iterable[Operation]) -> JSON:
    paths: JSON = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return paths


def _operation(operation: Operation) -> JSON:
    described: JSON = {
        "operationId": operation.operation_id,
        "tags": [operation.tag.name],
        "summary": operation.summary,
        "description": operation.description,
    }
    in_query = operation.fields if operation.method == "GET" else ()
    parameters = [_parameter(each, "path") for each in operation.path_fields]
    parameters += [_parameter(each, "query") for each in in_query]
    if parameters:
        described["parameters"] = parameters
    if operation.fields and operation.method in ("POST", "PUT"):
        described["requestBody"] = _body(operation.fields, operation.takes)
    described["responses"] = _responses(operation)
    if operation.security:
        described["security"] = [{name: []} if name else {} for name in operation.security]
    return described


def _parameter(field: Field, place: str) -> JSON:
    return {
        "name": field.name,
        "in": place,
        "required": field.required or place == "path",
        "description": field.description,
        "schema": _schema(field),
    }


def _schema(field: Field) -> JSON:
    schema: JSON = {"type": field.type}
    if field.choices:
        schema["enum"] = [str(choice) for choice in field.choices]
    return schema


def _body(fields: tuple[Field, ...], media_type: MediaType) -> JSON:
    schema: JSON = {
        "type": "object",
        "properties": {
            field.name: _schema(field) | {"description": field.description} for field in fields
        },
    }
    required = [field.name for field in fields if field.required]
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {media_type: {"schema": schema}}}


def _responses(operation: Operation) -> JSON:
    answers = {answer.status: answer for answer in operation.answers}
    by_status: dict[int, list[Refusal]] = {}
    for refusal in operation.refusals:
        by_status.setdefault(refusal.status, []).append(refusal)
    return {
        str(status): _response(answers.get(status), by_status.get(status, []))
        for status in sorted(answers.keys() | by_status.keys())
    }


def _response(answer: Answer | None, refusals: list[Refusal]) -> JSON:
    response: JSON = {"description": answer.description if answer else TOLD[refusals[0].told]}
    headers = [*(answer.headers if answer else ()), *(h for each in refusals for h in each.headers)]
    if headers:
        response["headers"] = {name: _header(text) for name, text in headers}
    if answer is not None and answer.media_type is not None:
        response["content"] = {answer.media_type: _content(answer)}
        if answer.or_as is not None:
            response["content"][answer.or_as] = {"schema": {"type": "string"}}
    elif refusals and refusals[0].told is Told.JSON:
        response["content"] = {MediaType.JSON: _errors(refusals)}
    elif refusals and refusals[0].told is Told.PAGE:
        response["content"] = {MediaType.HTML: {"schema": {"type": "string"}}}
    if refusals:
        response["x-refusals"] = [_refusal(each) for each in refusals]
    return response


def _header(text: str) -> JSON:
    return {"description": text, "schema": {"type": "string"}}


def _content(answer: Answer) -> JSON:
    content: JSON = {"schema": {"type": "object" if answer.example else "string"}}
    return content | ({"example": answer.example} if answer.example is not None else {})


def _errors(refusals: list[Refusal]) -> JSON:
    codes = list(dict.fromkeys(str(each.error) for each in refusals))
    examples = {
        f"refusal_{number}": {"summary": each.when, "value": _error(each)}
        for number, each in enumerate(refusals, 1)
    }
    narrowed = {"properties": {"error": {"enum": codes}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Error"}, narrowed]}
    return {"schema": schema, "examples": examples}


def _error(refusal: Refusal) -> JSON:
    return {"error": str(refusal.error), "error_description": refusal.text}


def _refusal(refusal: Refusal) -> JSON:
    """Say it once more in a shape that is the same for bodies, pages and redirects."""
    error = {"error": str(refusal.error)} if refusal.error is not None else {}
    return error | {"text": refusal.text, "when": refusal.when}
