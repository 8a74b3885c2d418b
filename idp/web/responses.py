"""Responses: pages under a strict policy, JSON, redirects, and answers to clients."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic_core import to_json  # a third of what the standard library takes
from starlette.responses import HTMLResponse, Response

from idp.authorization.jarm import secure
from idp.authorization.response import AuthorizationResponse, add_session_state
from idp.authorization_server import ProtocolResponse
from idp.clients.redirect_uri import origin_of
from idp.vocabulary import ResponseMode
from idp.web import csrf
from idp.web.cookies import Cookies
from idp.web.headers import Fields
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
PASSKEYS_ALLOWED = ", publickey-credentials-create=(self), publickey-credentials-get=(self)"
CORS = {"Access-Control-Allow-Origin": "*"}
JSON_HEADERS = CORS | {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "DPoP-Nonce, WWW-Authenticate, Retry-After, X-Request-Id",
}
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def page(
    provider: Provider,
    http: HttpRequest,
    template: str,
    *,
    status: int = 200,
    retry_after: int = 0,
    **context: object,
) -> Response:
    """Show a page to a person; `retry_after` says in how many seconds it is worth trying again."""
    html = provider.templates.render(
        template,
        csrf_token=csrf.token(http.browser),
        retry_after_minutes=math.ceil(retry_after / 60),
        **context,
    )
    headers = PAGE_HEADERS | {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    if retry_after:
        headers["Retry-After"] = str(retry_after)
    return remember_browser(provider, http, HTMLResponse(html, status, headers))


def allow_passkeys(response: Response) -> Response:
    """Let a page ask the browser for passkeys, by a script of ours (WebAuthn L3 §5.9)."""
    response.headers["Content-Security-Policy"] = WITH_SCRIPTS
    response.headers["Permissions-Policy"] += PASSKEYS_ALLOWED
    return response


def page_with_frames(
    provider: Provider, http: HttpRequest, template: str, frames: Sequence[str], **context: object
) -> Response:
    """Show a page with frames, if any, which may lead to the sites of these addresses alone."""
    response = page(provider, http, template, status=200, retry_after=0, frames=frames, **context)
    if not frames:
        return response
    origins = sorted({origin for uri in frames if (origin := origin_of(uri)) is not None})
    policy = f"{WITH_SCRIPTS}; frame-src {' '.join(origins)}"
    response.headers["Content-Security-Policy"] = policy
    return response


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
    answer = secure(provider.config, provider.signer, answer)
    if answer.response_mode is not ResponseMode.FORM_POST:
        return redirect(provider, http, answer.location)
    html = provider.templates.render(
        "form_post.html", action=answer.redirect_uri, parameters=answer.parameters
    )
    headers = PAGE_HEADERS | {"Content-Security-Policy": WITH_SCRIPTS}
    return HTMLResponse(html, 200, headers)


def answer_watching_client(
    provider: Provider, http: HttpRequest, answer: AuthorizationResponse
) -> Response:
    """Send an authorization response from which the client can watch the session, if that is on."""
    if not provider.config.protocol.session_management:
        return answer_client(provider, http, answer)
    answer = add_session_state(answer, http.sessions)
    response = answer_client(provider, http, answer)
    # The browser may have it no more, or have signed in before it was on.
    lifetime = provider.config.login_sessions.absolute_lifetime
    Cookies(provider.config).set_browser_state(response, http.sessions, lifetime)
    return response


def send(response: ProtocolResponse) -> Response:
    """Send what the engine answers."""
    return json_response(response.body, response.status, dict(response.headers))


def no_content() -> Response:
    """Say that it is done (RFC 9110 §15.3.5), to scripts of any site too."""
    fields = [field for field in _JSON_FIELDS if field[0] != b"content-type"]
    return ReadyResponse(b"", 204, fields)


def json_response(
    body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] = NO_HEADERS
) -> Response:
    """Send JSON that nobody may keep, and that scripts of any site may read (no cookie counts)."""
    content = to_json(body)
    more = [field for field in fields_of(headers) if field[0] not in _JSON_NAMES]
    length = (b"content-length", b"%d" % len(content))
    return ReadyResponse(content, status, [*_JSON_FIELDS, *more, length])


def jwt_response(token: str, media_type: str = "application/jwt") -> Response:
    """Send a JWT, for nobody to keep either (RFC 7519 §10.3.1)."""
    return Response(token, headers=JSON_HEADERS | {"Content-Type": media_type})


class ReadyResponse(Response):
    """A response whose header fields are already as they are sent, which makes it cheap."""

    def __init__(self, body: bytes, status: int, fields: Fields) -> None:
        self.body = body
        self.status_code = status
        self.raw_headers = fields
        self.background = None


def fields_of(headers: Mapping[str, str]) -> Fields:
    """Write header fields as they are sent."""
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


_JSON_FIELDS = fields_of(JSON_HEADERS)
_JSON_NAMES = frozenset(name for name, _ in _JSON_FIELDS)
