"""Pushed requests: the client sends its request, the browser brings only its name (RFC 9126).

One is spent when it is answered, not when a browser brings it: programs that look at addresses
before people do would use up what they are shown (FAPI 2.0 Security Profile §5.3.2.2).
"""

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp import clock, log
from idp.authorization.checks import Rules, validate
from idp.authorization.polled import too_often
from idp.authorization.request import address_of
from idp.authorization.request_object import BY_REFERENCE, BY_VALUE, RequestObjects
from idp.clients.model import Client
from idp.config import Config, ProtocolConfig
from idp.oauth2.confirmation import Confirmation
from idp.oauth2.errors import SentToClient, ShownToUser, SignInOver
from idp.oauth2.parameters import Parameters
from idp.oauth2.request import ProtocolRequest
from idp.secret import Secret, digest
from idp.storage.pushed_requests import PushedRequest, add_pushed_request, find_pushed_request
from idp.users import throttle
from idp.users.throttle import Throttled
from idp.vocabulary import ErrorCode

DPOP_JKT = "dpop_jkt"
PREFIX = "urn:ietf:params:oauth:request_uri:"
# What authenticates the client is no part of what it asks for, and must not be stored.
OF_CLIENT_AUTHENTICATION = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


class NotPushed(SentToClient):
    """A request that the browser brings whole, of a client that has to push it."""

    def __init__(self) -> None:
        text = "Push the request first: see pushed_authorization_request_endpoint."
        super().__init__(ErrorCode.INVALID_REQUEST, text)


def push(
    request: ProtocolRequest,
    client: Client,
    confirmation: Confirmation | None,
    *,
    rules: Rules,
    request_objects: RequestObjects,
) -> str:
    """Check a request as a whole, and keep it; give the request_uri that names it.

    `confirmation` is what the client has proven to hold. May commit and wait, but only for a
    request object. Raises OAuth2Error (RFC 9126 §2.3), or ServerBusy if there are too many.
    """
    sent = _authorization_request(request)
    try:
        parameters = _bind(request_objects.open_pushed(sent, client), confirmation)
        validate(address_of(client, parameters), rules)
    except SentToClient as refusal:
        raise OAuth2Error(refusal.description, error=refusal.error) from refusal
    except ShownToUser as refusal:
        raise InvalidRequestError(f"{refusal.technical}.") from refusal
    if client.is_public:
        _count(rules.config)
    return PREFIX + _keep(rules.config.protocol, client, parameters).reveal()


def note_answered(client: Client) -> None:
    """Let its address push another request: what apps push, the browser beside them brings."""
    if client.is_public:
        throttle.give_back_pushed_request(log.client_address() or "")


def must_push(config: ProtocolConfig, client: Client) -> bool:
    """Tell whether a client is answered only if it has pushed its request (RFC 9126 §5, §6)."""
    return (
        config.require_pushed_authorization_requests or client.require_pushed_authorization_requests
    )


def is_named_by(parameters: Parameters) -> bool:
    """Tell whether a browser brings the name of a pushed request."""
    return (parameters.get(BY_REFERENCE) or "").startswith(PREFIX)


def find(parameters: Parameters) -> PushedRequest:
    """Find the request that a browser has brought the name of; what else it brings is not read.

    Raises ShownToUser if there is none, or if it is another client's (RFC 9126 §4).
    """
    if parameters.repeated & {"client_id", BY_REFERENCE}:
        raise ShownToUser("client_id or request_uri is repeated")
    request_uri, client_id = parameters.get(BY_REFERENCE), parameters.get("client_id")
    if client_id is None:
        raise ShownToUser("client_id is missing")
    found = find_pushed_request(digest((request_uri or "").removeprefix(PREFIX)))
    if found is None:
        raise SignInOver("this request_uri is unknown, has expired or was used before")
    if found.client_id != client_id:
        raise ShownToUser("this request_uri is another client's")
    return found


def _authorization_request(request: ProtocolRequest) -> Parameters:
    if BY_REFERENCE in request.form:
        raise InvalidRequestError("A pushed request must not have a request_uri.")
    if BY_VALUE not in request.form:  # in an object there is another
        request.require("client_id")
    pairs = request.parameters.pairs
    return Parameters(pair for pair in pairs if pair[0] not in OF_CLIENT_AUTHENTICATION)


def _bind(parameters: Parameters, confirmation: Confirmation | None) -> Parameters:
    """Let a DPoP proof at this endpoint say what dpop_jkt says (RFC 9449 §10.1)."""
    if confirmation is None or confirmation.jkt is None:
        return parameters
    dpop_jkt = parameters.get(DPOP_JKT)
    if dpop_jkt is None:
        return Parameters((*parameters.pairs, (DPOP_JKT, confirmation.jkt)))
    if dpop_jkt != confirmation.jkt:
        text = "The dpop_jkt is not the thumbprint of the key of the DPoP proof."
        raise SentToClient(ErrorCode.INVALID_REQUEST, text)
    return parameters


def _count(config: Config) -> None:
    """Anybody can push in the name of a client that keeps no secret, and each time is kept."""
    try:
        throttle.take_pushed_request(log.client_address() or "", config.throttle)
    except Throttled as throttled:
        raise too_often(throttled) from None


def _keep(config: ProtocolConfig, client: Client, parameters: Parameters) -> Secret:
    pushed_id = Secret.generate()
    add_pushed_request(
        PushedRequest(
            id_digest=pushed_id.digest,
            client_id=client.client_id,
            parameters=[[name, value] for name, value in parameters.pairs],
            usable_until=clock.in_seconds(config.pushed_request_lifetime),
            expires_at=clock.in_seconds(
                config.pushed_request_lifetime + config.interaction_lifetime
            ),
        )
    )
    return pushed_id
