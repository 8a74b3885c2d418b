"""The API reference (placeholder while its author writes it: overwrite this file)."""

from starlette.requests import Request
from starlette.responses import Response

from idp.web.provider import Provider
from idp.web.responses import json_response


def reference(provider: Provider, request: Request) -> Response:
    """Show the reference."""
    return json_response({})


def document(provider: Provider, request: Request) -> Response:
    """Send the document."""
    return json_response({})
