"""The reference of the HTTP interface: a page for people, OpenAPI 3.1 for programs."""

import json

from starlette.responses import HTMLResponse, Response

from idp import __version__
from idp.openapi import openapi
from idp.web.documents import send_document
from idp.web.headers import Headers
from idp.web.provider import Provider
from idp.web.responses import CONTENT_SECURITY_POLICY, PAGE_HEADERS

MAX_AGE = 300  # seconds


def reference(provider: Provider, headers: Headers) -> Response:
    """Show the reference to a person."""
    document = openapi(provider.config, __version__)
    html = provider.templates.render("docs.html", document=document)
    return HTMLResponse(
        html, headers=PAGE_HEADERS | {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    )


def document(provider: Provider, headers: Headers) -> Response:
    """Give the OpenAPI document to a program."""
    body = json.dumps(openapi(provider.config, __version__), indent=2, ensure_ascii=False)
    return send_document(body.encode(), MAX_AGE, headers)
