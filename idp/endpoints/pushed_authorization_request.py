"""The pushed authorization request endpoint (RFC 9126 §2)."""

from starlette.responses import Response

from idp.authorization import pushed
from idp.vocabulary import TokenEndpointAuthMethod
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import json_response

CLIENT_AUTH_METHODS = tuple(TokenEndpointAuthMethod)  # as at the token endpoint


def pushed_authorization_request(provider: Provider, http: HttpRequest) -> Response:
    """Take an authorization request from its client, and give the name that a browser brings."""
    request = http.to_protocol()
    request.refuse_repeated()
    server = provider.authorization_server
    client = server.authenticate_client(request, CLIENT_AUTH_METHODS)
    request_uri = pushed.push(
        request,
        client,
        server.confirm(request, client),
        rules=provider.rules,
        request_objects=provider.request_objects,
    )
    expires_in = provider.config.protocol.pushed_request_lifetime
    return json_response({"request_uri": request_uri, "expires_in": expires_in}, 201)
