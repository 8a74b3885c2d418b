"""Granting a request: the grant and its code, written together (RFC 6749 §4.1.2)."""

from idp import audit, clock
from idp.authorization.interaction import Granted
from idp.authorization.request import AuthorizationRequest
from idp.config import TokensConfig
from idp.secret import Secret
from idp.storage.authorization_codes import AuthorizationCode, add_code
from idp.storage.grants import add_grant
from idp.tokens.grant import new_grant


def issue_code(config: TokensConfig, request: AuthorizationRequest, granted: Granted) -> Secret:
    """Store what the user allowed, and make the code that stands for it."""
    login_session, user = granted.login_session, granted.user
    grant = new_grant(
        config,
        request.client,
        user,
        request.scope,
        auth_time=login_session.auth_time,
        amr=login_session.amr,
        sid=login_session.sid,
    )
    code = Secret.generate()
    add_grant(grant)
    add_code(
        AuthorizationCode(
            code_digest=code.digest,
            grant_id=grant.grant_id,
            client_id=request.client.client_id,
            redirect_uri=request.redirect_uri if request.redirect_uri_sent else None,
            code_challenge=request.code_challenge,
            nonce=request.nonce,
            expires_at=clock.in_seconds(config.authorization_code_lifetime),
        )
    )
    audit.record(
        audit.EventName.CODE_ISSUED,
        user_id=user.user_id,
        client_id=request.client.client_id,
        sid=login_session.sid,
        grant_id=grant.grant_id,
    )
    return code
