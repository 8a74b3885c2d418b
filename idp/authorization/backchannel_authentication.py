"""The backchannel authentication request: a client asks who is elsewhere (CIBA Core §7)."""

import re
from typing import Any

from authlib.oauth2.rfc6749.endpoint import Endpoint
from authlib.oauth2.rfc6749.errors import (
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
)

from idp import audit, clock, paths
from idp.authorization import polled
from idp.authorization.checks import Rules
from idp.authorization.signed_authentication_request import HINTS, open_request
from idp.clients.keys import KeySource
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import ping
from idp.oauth2 import scope as scopes
from idp.oauth2.authorization_details import AUTHORIZATION_DETAILS
from idp.oauth2.errors import OAuth2Error, SentToClient, ServerBusy
from idp.oauth2.parameters import Parameters
from idp.oauth2.request import ProtocolAnswer, ProtocolRequest
from idp.oidc.id_token import read_hint
from idp.oidc.subject import subject_of
from idp.outbox import mail
from idp.outbox.mail import PAGE, MailTemplate
from idp.secret import Secret
from idp.signing.signer import Signer
from idp.storage.database import commit
from idp.storage.grants import list_user_ids_of_client
from idp.storage.polled_requests import PolledRequest, add_polled_request
from idp.storage.users import User, find_user, find_user_by_key
from idp.users import throttle
from idp.users.names import login_key
from idp.users.passwords import HashingBusy
from idp.users.throttle import Throttled
from idp.users.user_codes import MissingUserCode, WrongUserCode, check_user_code
from idp.vocabulary import (
    CONFIDENTIAL,
    BackchannelTokenDeliveryMode,
    ErrorCode,
    FAPIProfile,
    GrantType,
)

MAX_MESSAGE = 100  # characters, that two devices show beside each other (§7.1)
MAX_DIGITS = 9
MAX_TOKEN = 1024
NOTIFICATION_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750 §2.1


class UnknownUserId(OAuth2Error):
    """Nobody is meant by the hint, or nobody who may sign in."""

    error = ErrorCode.UNKNOWN_USER_ID
    description = "The hint names no user of this server."


class InvalidBindingMessage(OAuth2Error):
    """The message is not one that a person could compare."""

    error = ErrorCode.INVALID_BINDING_MESSAGE
    description = f"The binding_message must be one line of at most {MAX_MESSAGE} characters."


class UserCodeMissing(OAuth2Error):
    """Whoever asks this person has to know their code."""

    error = ErrorCode.MISSING_USER_CODE
    description = "The user wants a user_code: ask them for it."


class InvalidUserCode(OAuth2Error):
    """The code is not that of the person, or they have none."""

    error = ErrorCode.INVALID_USER_CODE
    description = "The user_code is not that of the user."


class BackchannelAuthenticationEndpoint(Endpoint):
    """Begins an authentication elsewhere. Authlib finds the endpoint and tells its errors."""

    ENDPOINT_NAME = "backchannel_authentication"

    def __init__(self, config: Config, signer: Signer) -> None:
        super().__init__()
        self.config = config
        self.rules = Rules(config, signer)

    def create_endpoint_response(self, request: ProtocolRequest) -> ProtocolAnswer:
        """Authenticate the client, find the person, let them know, and say what to poll with."""
        request.refuse_repeated()
        client: Client = self.server.authenticate_client(request, CONFIDENTIAL, self.ENDPOINT_NAME)
        if not client.check_grant_type(GrantType.CIBA):
            raise UnauthorizedClientError("The client is not registered for this grant_type.")
        key_source: KeySource = self.server.key_source
        asked = open_request(request.parameters, client, key_source, self.config.issuer)
        parameters = self._parameters(asked, client)
        message = _binding_message(asked, client)
        lifetime = self._lifetime(asked)
        token = _notification_token(asked, client)
        user = self._find_user(asked, client)
        auth_req_id = Secret.generate()
        waiting = PolledRequest(
            code_digest=auth_req_id.digest,
            grant_type=GrantType.CIBA,
            client_id=client.client_id,
            parameters=[[name, value] for name, value in parameters.pairs],
            interval=self.config.tokens.polling_interval,
            next_poll_at=clock.now(),
            expires_at=clock.in_seconds(lifetime),
            user_id=user.user_id,
            binding_message=message,
            sealed_notification=self._notification(client, auth_req_id, token),
        )
        add_polled_request(waiting)
        self._let_know(user, client, waiting)
        return 200, self._answer(auth_req_id, lifetime), polled.HEADERS

    def _parameters(self, asked: Parameters, client: Client) -> Parameters:
        if asked.repeated:
            raise InvalidRequestError("A parameter is repeated.")
        _require(asked, "scope")
        parameters = polled.kept(asked)
        try:
            request = polled.validate(parameters, client, self.rules)
        except SentToClient as refusal:
            raise polled.as_json(refusal) from refusal
        if scopes.OPENID not in request.scope:
            raise InvalidScopeError("The scope must have openid.")
        return parameters

    def _lifetime(self, asked: Parameters) -> int:
        """Let a client ask for less time than usual, not for more (§7.1)."""
        longest = self.config.tokens.auth_req_id_lifetime
        expiry = asked.get("requested_expiry")
        if expiry is None:
            return longest
        is_number = expiry.isascii() and expiry.isdecimal() and len(expiry) <= MAX_DIGITS
        if not is_number or int(expiry) == 0:
            raise InvalidRequestError("The requested_expiry must be a positive number of seconds.")
        return min(int(expiry), longest)

    def _find_user(self, asked: Parameters, client: Client) -> User:
        """Find whom exactly one hint means; each question is counted before it is answered."""
        hints = {name: value for name in HINTS if (value := asked.get(name)) is not None}
        if len(hints) != 1:
            raise InvalidRequestError("Send exactly one of login_hint and id_token_hint.")
        (name, value) = next(iter(hints.items()))
        if name == "login_hint_token":
            raise InvalidRequestError("The login_hint_token is not supported: send login_hint.")
        config = self.config.throttle
        try:
            throttle.take_user_hint(client.client_id, config)
            user = self._hinted(client, name, value)
            if user is None or not user.is_active:
                commit()  # the count, which the error would undo
                raise UnknownUserId()
            throttle.forgive_user_hint(client.client_id)
            self._check_user_code(asked, client, user)
            throttle.take_request(client.client_id, user, config)
        except Throttled as throttled:
            raise polled.too_often(throttled) from None
        return user

    def _check_user_code(self, asked: Parameters, client: Client, user: User) -> None:
        """Ask nobody who wants a code without it; only some clients have a place to type it."""
        code, hasher = asked.get("user_code"), self.server.hasher
        if code is not None and not client.backchannel_user_code_parameter:
            raise InvalidRequestError("The client is not registered to send a user_code.")
        try:
            check_user_code(hasher, self.config.throttle, client.client_id, user, code)
        except MissingUserCode:
            raise UserCodeMissing() from None
        except WrongUserCode:
            raise InvalidUserCode() from None
        except HashingBusy as busy:
            raise ServerBusy(503, "Too busy. Try again.", busy.retry_after) from None

    def _hinted(self, client: Client, name: str, value: str) -> User | None:
        if name == "login_hint":
            return find_user_by_key(login_key(value))
        hint = read_hint(self.config, self.rules.signer, value)
        if hint is None or hint.audience != client.client_id:
            raise InvalidRequestError(
                "The id_token_hint is no ID token of this issuer for this client."
            )
        return _find_by_subject(client, hint.subject)

    def _let_know(self, user: User, client: Client, waiting: PolledRequest) -> None:
        if user.email is not None:
            facts = {PAGE: f"{paths.REQUEST}/{waiting.public_id}", "client": client.display_name}
            mail.send(MailTemplate.REQUEST, user.email, facts, user_id=user.user_id)
        audit.record(
            audit.EventName.AUTHENTICATION_ASKED, user_id=user.user_id, client_id=client.client_id
        )

    def _notification(self, client: Client, auth_req_id: Secret, token: str | None) -> str | None:
        if token is None:
            return None
        return ping.seal_notification(self.config, client, auth_req_id, token)

    def _answer(self, auth_req_id: Secret, lifetime: int) -> dict[str, Any]:
        return {
            "auth_req_id": auth_req_id.reveal(),
            "expires_in": lifetime,
            "interval": self.config.tokens.polling_interval,
        }


def _require(asked: Parameters, name: str) -> str:
    value = asked.get(name)
    if value is None:
        raise InvalidRequestError(f"The parameter {name} is missing.")
    return value


def _binding_message(asked: Parameters, client: Client) -> str | None:
    """Give what both devices show; a FAPI client says what it is about (FAPI-CIBA §5.2.2)."""
    message = asked.get("binding_message")
    is_held = client.fapi_profile is FAPIProfile.FAPI_CIBA
    if is_held and asked.get(AUTHORIZATION_DETAILS) is None:
        _require(asked, "binding_message")
    if message is not None and not (message.isprintable() and len(message) <= MAX_MESSAGE):
        raise InvalidBindingMessage()
    return message


def _notification_token(asked: Parameters, client: Client) -> str | None:
    """Read by what the client will know that it is told by us (§7.1); others need none."""
    if client.backchannel_token_delivery_mode is not BackchannelTokenDeliveryMode.PING:
        return None
    token = _require(asked, "client_notification_token")
    if len(token) > MAX_TOKEN or not NOTIFICATION_TOKEN.fullmatch(token):
        raise InvalidRequestError("The client_notification_token must be a Bearer token.")
    return token


def _find_by_subject(client: Client, subject: str) -> User | None:
    """Find a user by the `sub` that the client knows; of a pairwise one, by who used the client."""
    if not client.is_pairwise:
        return find_user(subject)
    known = list_user_ids_of_client(client.client_id)
    user_id = next((each for each in known if subject_of(client, each) == subject), None)
    return find_user(user_id) if user_id else None
