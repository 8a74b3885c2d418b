"""The client configuration endpoint: a client reads, changes or removes itself (RFC 7592 §2)."""

from typing import Any

from starlette.responses import Response

from idp import paths
from idp.clients.model import Client
from idp.clients.registration import Registered, registration_response, remove
from idp.clients.self_registration import (
    check_update,
    find_itself,
    replace,
    validate_of_itself,
)
from idp.config import Config
from idp.oauth2.errors import InvalidTokenError, MissingTokenError
from idp.secret import Secret
from idp.tokens.bearer import presented_token
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import json_response, no_content


def client_configuration(provider: Provider, http: HttpRequest) -> Response:
    """Do to a client what it asks with its registration access token."""
    client, token = _authenticate(http)
    match http.method:
        case "PUT":
            registered = _update(provider, client, http.document)
        case "DELETE":
            remove(client.client_id, by="itself")
            return no_content()
        case _:
            registered = Registered(client)
    return json_response(client_information(provider.config, registered, token))


def client_information(
    config: Config, registered: Registered, token: Secret | None = None
) -> dict[str, Any]:
    """Say what is registered, and how it is managed (RFC 7592 §3).

    `token` is the registration access token as it was sent: here it is kept as a digest.
    """
    token = registered.registration_access_token or token
    uri = paths.CLIENT_CONFIGURATION.format(client_id=registered.client.client_id)
    managed = {"registration_client_uri": config.issuer + uri}
    if token is not None:
        managed["registration_access_token"] = token.reveal()
    return registration_response(registered) | managed


def _authenticate(http: HttpRequest) -> tuple[Client, Secret]:
    """Give the client that manages itself; one that is unknown is refused like a wrong token."""
    value = presented_token(http.to_protocol())
    if value is None:
        raise MissingTokenError()
    token = Secret(value)
    client = find_itself(http.path_params["client_id"], token)
    if client is None:
        raise InvalidTokenError()
    return client, token


def _update(provider: Provider, client: Client, untrusted: object) -> Registered:
    check_update(client, untrusted)
    metadata = validate_of_itself(untrusted, provider.config, provider.key_source, provider.sectors)
    registered = replace(client, metadata)
    if registered is None:  # it was removed while a statement's keys were fetched
        raise InvalidTokenError()
    return registered
