"""New grants: what a user allowed a client, and how long that may last."""

from datetime import datetime

from idp import clock
from idp.clients.model import Client
from idp.config import TokensConfig
from idp.oauth2 import scope as scopes
from idp.secret import identifier
from idp.storage.grants import Grant
from idp.storage.users import User


def new_grant(
    config: TokensConfig,
    client: Client,
    user: User,
    scope: frozenset[str],
    *,
    auth_time: datetime,
    amr: list[str],
    sid: str | None = None,
) -> Grant:
    """Make a grant; the caller adds it.

    Without offline_access it lives just as long as its one access token can, counted from the
    last moment at which the code may be redeemed.
    """
    lifetime = config.authorization_code_lifetime + config.access_token_lifetime
    if scopes.OFFLINE_ACCESS in scope:
        lifetime = config.refresh_token_lifetime
    return Grant(
        grant_id=identifier(),
        client_id=client.client_id,
        user_id=user.user_id,
        sid=sid,
        scope=scope,
        auth_time=auth_time,
        amr=amr,
        created_at=clock.now(),
        expires_at=clock.in_seconds(lifetime),
    )
