"""The backchannel authentication endpoint (CIBA Core §7)."""

from starlette.responses import Response

from idp.authorization.backchannel_authentication import BackchannelAuthenticationEndpoint
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import send


def backchannel_authentication(provider: Provider, http: HttpRequest) -> Response:
    """Ask a person who is elsewhere, and give the client what it polls with."""
    name = BackchannelAuthenticationEndpoint.ENDPOINT_NAME
    return send(provider.authorization_server.create_endpoint_response(name, http.to_protocol()))
