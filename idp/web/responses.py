"""Responses: pages under a strict policy, JSON, redirects, and answers to clients."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, Response

from idp.authorization.response import AuthorizationResponse
from idp.authorization_server import ProtocolResponse
from idp.vocabulary import ResponseMode
from idp.web import csrf
from idp.web.cookies import Cookies
from idp.web.provider import Provider
from idp.web.request import HttpRequest

# No form-action: browsers apply it to the redirects that follow a form as well, and where a
# client's chain of redirects leads is not for us to know.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WITH_SCRIPTS = CONTENT_SECURITY_POLICY + "; script-src 'self'"

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
CORS = {"Access-Control-Allow-Origin": "*"}


def page(
    provider: Provider, http: HttpRequest, template: str, *, status: int = 200, **context: object
) -> Response:
    """Show a page to a person."""
    html = provider.templates.render(template, csrf_token=csrf.token(http.browser), **context)
    headers = PAGE_HEADERS | {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return remember_browser(provider, http, HTMLResponse(html, status, headers))


def redirect(provider: Provider, http: HttpRequest, location: str) -> Response:
    """Send the browser on; 303 turns a POST into a GET, so that no password is sent again."""
    headers = PAGE_HEADERS | {"Location": location}
    return remember_browser(provider, http, Response(status_code=303, headers=headers))


def remember_browser(provider: Provider, http: HttpRequest, response: Response) -> Response:
    """Give the browser its cookie if it has none."""
    if http.is_new_browser:
        Cookies(provider.config).set_browser(response, http.browser)
    return response


def answer_client(provider: Provider, http: HttpRequest, answer: AuthorizationResponse) -> Response:
    """Send an authorization response by way of the browser."""
    if answer.response_mode is not ResponseMode.FORM_POST:
        return redirect(provider, http, answer.location)
    html = provider.templates.render(
        "form_post.html", action=answer.redirect_uri, parameters=answer.parameters
    )
    headers = PAGE_HEADERS | {"Content-Security-Policy": WITH_SCRIPTS}
    return HTMLResponse(html, 200, headers)


def send(response: ProtocolResponse) -> Response:
    """Send what the engine answers."""
    return json_response(response.body, response.status, dict(response.headers))


def json_response(
    body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Send JSON that nobody may keep, and that scripts of any site may read (no cookie counts)."""
    fixed = {"Cache-Control": "no-store", "Pragma": "no-cache", "X-Content-Type-Options": "nosniff"}
    content = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    shown = {"Access-Control-Expose-Headers": "WWW-Authenticate, Retry-After, X-Request-Id"}
    every = {"Content-Type": "application/json"} | dict(headers or {}) | fixed | CORS | shown
    return Response(content, status, every)
