"""The introspection endpoint (RFC 7662 §2, RFC 9701 §4)."""

from starlette.responses import Response

from idp.clients.model import Client
from idp.oauth2.encryption import find_introspection_encryption
from idp.tokens.introspection import IntrospectionEndpoint
from idp.tokens.introspection_jwt import MEDIA_TYPE, is_registered, write_jwt
from idp.tokens.mint import algorithm_on_offer
from idp.web.negotiation import prefers
from idp.web.provider import Provider
from idp.web.request import JSON, HttpRequest
from idp.web.responses import jwt_response, send


def introspection(provider: Provider, http: HttpRequest) -> Response:
    """Tell a resource server whether a token is good, and what it says."""
    name, request = IntrospectionEndpoint.ENDPOINT_NAME, http.to_protocol()
    answer = provider.authorization_server.create_endpoint_response(name, request)
    client = request.client
    if answer.status != 200 or client is None or not _wants_jwt(client, http):
        return send(answer)
    encryption = find_introspection_encryption(provider.key_source, client)  # may wait
    with algorithm_on_offer():
        jwt = write_jwt(
            provider.config, provider.signer, client, answer.body, encryption=encryption
        )
    return jwt_response(jwt, MEDIA_TYPE)


def _wants_jwt(client: Client, http: HttpRequest) -> bool:
    return is_registered(client) or prefers(http.headers.get("accept", ""), MEDIA_TYPE, JSON)
