"""Granting a request: all that the client gets at once, written together (OIDC Core §3.3.2.5)."""

from dataclasses import replace
from datetime import timedelta

from authlib.oauth2 import OAuth2Error

from idp import audit
from idp.authorization.code import keep_code
from idp.authorization.interaction import Granted
from idp.authorization.request import AuthorizationRequest
from idp.clients.keys import KeySource
from idp.config import TokensConfig
from idp.oauth2 import ping
from idp.oauth2.encryption import Encryption, find_id_token_encryption
from idp.oauth2.errors import SentToClient
from idp.oidc.acr import acr_of
from idp.secret import Secret
from idp.storage.database import rollback
from idp.storage.grants import Grant, add_grant
from idp.storage.polled_requests import (
    PolledRequest,
    allow_polled_request,
    deny_polled_request,
)
from idp.storage.session_clients import add_session_client
from idp.tokens.grant import new_grant
from idp.tokens.mint import Mint, Order
from idp.vocabulary import ErrorCode, GrantType, ResponseType

ID_TOKEN = ResponseType.ID_TOKEN


def find_encryption(key_source: KeySource, request: AuthorizationRequest) -> Encryption | None:
    """Find how the ID token of the answer is encrypted; None if there is none, or it is not.

    May commit and wait, as wait_for does. Raises SentToClient if the client has no key.
    """
    if ID_TOKEN not in request.response_type.words:
        return None
    try:
        return find_id_token_encryption(key_source, request.client)
    except OAuth2Error as refusal:
        raise _sent_to_client(refusal) from refusal


def grant_request(
    config: TokensConfig,
    mint: Mint,
    request: AuthorizationRequest,
    granted: Granted,
    *,
    encryption: Encryption | None,
) -> dict[str, str]:
    """Store what the user allowed, and give what the response carries.

    Raises SentToClient if the mint refuses; then nothing is stored, and no code was issued.
    """
    grant = _new_grant(config, request, granted)
    code = Secret.generate() if request.response_type.needs_code else None
    answer = {"code": code.reveal()} if code else {}
    if request.response_type.is_front_channel:
        order = _order(request, granted, grant, encryption)
        answer |= _tokens(mint, request, order, answer.get("code"))
    add_grant(grant)
    if request.client.hears_of_logout:
        add_session_client(granted.login_session.sid, request.client.client_id)
    if code:
        keep_code(config, request, grant, code)
    return answer


def grant_polled(
    config: TokensConfig, request: AuthorizationRequest, polled: PolledRequest, granted: Granted
) -> bool:
    """Store what the user allowed a client that polls for it, and may do so until it expires.

    Tell whether nobody had decided before, and it had not expired.
    """
    grant = _new_grant(config, request, granted)
    last = polled.expires_at + timedelta(seconds=config.access_token_lifetime)
    grant = replace(grant, expires_at=max(grant.expires_at, last))
    if not allow_polled_request(polled.code_digest, grant.user_id, grant.grant_id):
        return False
    add_grant(grant)
    ping.announce(polled)
    if request.client.hears_of_logout:
        add_session_client(granted.login_session.sid, request.client.client_id)
    audit.record(
        _allowed(polled),
        user_id=grant.user_id,
        client_id=grant.client_id,
        sid=grant.sid,
        grant_id=grant.grant_id,
    )
    return True


def deny_polled(polled: PolledRequest) -> None:
    """Keep that the person said no to a client that polls, and let it know."""
    if deny_polled_request(polled.code_digest):
        ping.announce(polled)


def _allowed(polled: PolledRequest) -> audit.EventName:
    is_device = polled.user_code is not None
    return audit.EventName.DEVICE_ALLOWED if is_device else audit.EventName.AUTHENTICATION_ALLOWED


def _new_grant(config: TokensConfig, request: AuthorizationRequest, granted: Granted) -> Grant:
    login_session = granted.login_session
    return new_grant(
        config,
        request.client,
        granted.user,
        request.scope,
        auth_time=login_session.auth_time,
        amr=login_session.amr,
        acr=acr_of(login_session.amr, request.acr.values),
        sid=login_session.sid,
        claims=request.claims.about_user(request.client),
        allowed_until=granted.allowed_until,
        resource=request.targets.resource,
        authorization_details=request.targets.authorization_details,
    )


def _order(
    request: AuthorizationRequest, granted: Granted, grant: Grant, encryption: Encryption | None
) -> Order:
    return Order(
        grant_type=GrantType.IMPLICIT,
        client=request.client,
        scope=request.scope,
        grant=grant,
        user=granted.user,
        nonce=request.nonce,
        encryption=encryption,
        audience=request.targets.resource,
        authorization_details=request.targets.authorization_details,
    )


def _tokens(
    mint: Mint, request: AuthorizationRequest, order: Order, code: str | None
) -> dict[str, str]:
    words = request.response_type.words
    try:
        return mint.issue_by_browser(order, words, code=code, state=request.state)
    except OAuth2Error as refusal:
        rollback()
        raise _sent_to_client(refusal) from refusal


def _sent_to_client(refusal: OAuth2Error) -> SentToClient:
    return SentToClient(ErrorCode(refusal.error), refusal.description)
