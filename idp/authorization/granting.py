"""Granting a request: all that the client gets at once, written together (OIDC Core §3.3.2.5)."""

from authlib.oauth2 import OAuth2Error

from idp.authorization.code import keep_code
from idp.authorization.interaction import Granted
from idp.authorization.request import AuthorizationRequest
from idp.config import TokensConfig
from idp.oauth2.errors import SentToClient
from idp.oidc.acr import acr_of
from idp.secret import Secret
from idp.storage.database import rollback
from idp.storage.grants import Grant, add_grant
from idp.storage.session_clients import add_session_client
from idp.tokens.grant import new_grant
from idp.tokens.mint import Mint, Order
from idp.vocabulary import ErrorCode, GrantType


def grant_request(
    config: TokensConfig, mint: Mint, request: AuthorizationRequest, granted: Granted
) -> dict[str, str]:
    """Store what the user allowed, and give what the response carries.

    Raises SentToClient if the mint refuses; then nothing is stored, and no code was issued.
    """
    grant = _new_grant(config, request, granted)
    code = Secret.generate() if request.response_type.needs_code else None
    answer = {"code": code.reveal()} if code else {}
    if request.response_type.is_front_channel:
        answer |= _tokens(mint, request, granted, grant, answer.get("code"))
    add_grant(grant)
    if request.client.hears_of_logout:
        add_session_client(granted.login_session.sid, request.client.client_id)
    if code:
        keep_code(config, request, grant, code)
    return answer


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
    )


def _tokens(
    mint: Mint,
    request: AuthorizationRequest,
    granted: Granted,
    grant: Grant,
    code: str | None,
) -> dict[str, str]:
    order = Order(
        grant_type=GrantType.IMPLICIT,
        client=request.client,
        scope=request.scope,
        grant=grant,
        user=granted.user,
        nonce=request.nonce,
    )
    words = request.response_type.words
    try:
        return mint.issue_by_browser(order, words, code=code, state=request.state)
    except OAuth2Error as refusal:
        rollback()
        error, description = ErrorCode(refusal.error), refusal.description
        raise SentToClient(error, description) from refusal
