"""Authorization codes: each stands for a grant until it is redeemed (RFC 6749 §4.1.2)."""

from idp import audit, clock
from idp.authorization.request import AuthorizationRequest
from idp.clients.model import Client
from idp.config import TokensConfig
from idp.secret import Secret
from idp.storage.authorization_codes import AuthorizationCode, add_code
from idp.storage.grants import Grant

MAX_FAPI_LIFETIME = 60  # seconds (FAPI 2.0 Security Profile §5.3.2.1)


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
            expires_at=clock.in_seconds(_lifetime(config, request.client)),
        )
    )
    audit.record(
        audit.EventName.CODE_ISSUED,
        user_id=grant.user_id,
        client_id=grant.client_id,
        sid=grant.sid,
        grant_id=grant.grant_id,
    )


def _lifetime(config: TokensConfig, client: Client) -> int:
    """Say for how many seconds a code is good."""
    longest = config.authorization_code_lifetime
    return min(longest, MAX_FAPI_LIFETIME) if client.fapi_profile else longest
