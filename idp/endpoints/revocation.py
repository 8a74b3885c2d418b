"""The revocation endpoint (RFC 7009 §2)."""

from starlette.responses import Response

from idp.tokens.revocation import RevocationEndpoint
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import send


def revocation(provider: Provider, http: HttpRequest) -> Response:
    """Revoke a token for the client that has it."""
    name = RevocationEndpoint.ENDPOINT_NAME
    return send(provider.authorization_server.create_endpoint_response(name, http.to_protocol()))
