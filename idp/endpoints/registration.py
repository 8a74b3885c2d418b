"""The client registration endpoint (RFC 7591 §3, OIDC Registration §3)."""

from starlette.responses import Response

from idp.clients import initial_access_token
from idp.clients.self_registration import TooManyClients, register_itself, validate_of_itself
from idp.config import ClientRegistrationConfig
from idp.endpoints.client_configuration import client_information
from idp.log import client_address, log
from idp.oauth2.errors import InvalidTokenError, MissingTokenError, ServerBusy
from idp.secret import Secret
from idp.storage.initial_access_tokens import InitialAccessToken
from idp.tokens.bearer import presented_token
from idp.users import throttle
from idp.users.throttle import Throttled
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import json_response

TOO_OFTEN = "Too many registrations. Wait as Retry-After says."
FULL = "No more clients can register themselves here; tell the operator."
FULL_RETRY_AFTER = 3600  # seconds; the operator has to make room, or time


def registration(provider: Provider, http: HttpRequest) -> Response:
    """Register a client with the metadata that it sends."""
    config = provider.config
    token = _find_token(config.client_registration, http)
    if token is None:
        _take(config.client_registration)
    metadata = validate_of_itself(http.document, config, provider.key_source, provider.sectors)
    # Spent in the end: who is refused for the metadata may try again with the same token.
    if token is not None and not initial_access_token.spend(token):
        raise InvalidTokenError()
    try:
        invited_by = "anybody" if token is None else token.token_id
        registered = register_itself(metadata, config, invited_by=invited_by)
    except TooManyClients:
        log.warning("too_many_self_registered_clients")
        raise ServerBusy(503, FULL, FULL_RETRY_AFTER) from None
    return json_response(client_information(config, registered), 201)


def _find_token(config: ClientRegistrationConfig, http: HttpRequest) -> InitialAccessToken | None:
    """Give the initial access token; raise invalid_token for a wrong one, or if it is missing."""
    value = presented_token(http.to_protocol())
    if value is None:
        if config.mode == "token":
            raise MissingTokenError()
        return None
    token = initial_access_token.find(Secret(value))
    if token is None:
        raise InvalidTokenError()
    return token


def _take(config: ClientRegistrationConfig) -> None:
    try:
        throttle.take_registration(client_address() or "", config)
    except Throttled as throttled:
        raise ServerBusy(429, TOO_OFTEN, throttled.retry_after) from None
