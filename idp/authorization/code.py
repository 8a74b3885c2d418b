"""Authorization codes: each stands for a grant until it is redeemed (RFC 6749 §4.1.2)."""

from idp import audit, clock
from idp.authorization.request import AuthorizationRequest
from idp.config import TokensConfig
from idp.secret import Secret
from idp.storage.authorization_codes import AuthorizationCode, add_code
from idp.storage.grants import Grant


def keep_code(
    config: TokensConfig, request: AuthorizationRequest, grant: Grant, code: Secret
) -> None:
    """Store the code that stands for what the user allowed."""
    add_code(
        AuthorizationCode(
            code_digest=code.digest,
            grant_id=grant.grant_id,
            client_id=grant.client_id,
            redirect_uri=request.redirect_uri if request.redirect_uri_sent else None,
            code_challenge=request.code_challenge,
            dpop_jkt=request.dpop_jkt,
            nonce=request.nonce,
            expires_at=clock.in_seconds(config.authorization_code_lifetime),
        )
    )
    audit.record(
        audit.EventName.CODE_ISSUED,
        user_id=grant.user_id,
        client_id=grant.client_id,
        sid=grant.sid,
        grant_id=grant.grant_id,
    )
