"""The device authorization endpoint (RFC 8628 §3.1)."""

from starlette.responses import Response

from idp.authorization.device_authorization import DeviceAuthorizationEndpoint
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import send


def device_authorization(provider: Provider, http: HttpRequest) -> Response:
    """Give a device a code that it polls with, and one that its person types."""
    name = DeviceAuthorizationEndpoint.ENDPOINT_NAME
    return send(provider.authorization_server.create_endpoint_response(name, http.to_protocol()))
