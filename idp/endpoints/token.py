"""The token endpoint (RFC 6749 §3.2); Authlib's engine finds the grant type."""

from starlette.responses import Response

from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import send


def token(provider: Provider, http: HttpRequest) -> Response:
    """Exchange a grant for tokens."""
    return send(provider.authorization_server.create_token_response(http.to_protocol()))
