"""The introspection endpoint (RFC 7662 §2)."""

from starlette.responses import Response

from idp.tokens.introspection import IntrospectionEndpoint
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import send


def introspection(provider: Provider, http: HttpRequest) -> Response:
    """Tell a resource server whether a token is good, and what it says."""
    name = IntrospectionEndpoint.ENDPOINT_NAME
    return send(provider.authorization_server.create_endpoint_response(name, http.to_protocol()))
