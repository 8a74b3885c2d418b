"""Initial access tokens, with which an operator lets clients register themselves (RFC 7591 §3)."""

from idp import audit, clock
from idp.audit import EventName
from idp.secret import Secret, identifier
from idp.storage import initial_access_tokens as storage
from idp.storage.initial_access_tokens import InitialAccessToken

PREFIX = "idp_iat_"


def make(*, uses: int, lifetime: int) -> tuple[InitialAccessToken, Secret]:
    """Make a token for so many clients that is good for so many seconds."""
    secret = Secret.generate(PREFIX)
    token = InitialAccessToken(
        token_id=f"initial_{identifier()}",
        token_digest=secret.digest,
        uses_left=uses,
        created_at=clock.now(),
        expires_at=clock.in_seconds(lifetime),
    )
    storage.add_initial_access_token(token)
    audit.record(EventName.INITIAL_ACCESS_TOKEN_ADDED, id=token.token_id, uses=str(uses))
    return token, secret


def find(secret: Secret) -> InitialAccessToken | None:
    """Find the token that somebody sent, if it is good."""
    token = storage.find_initial_access_token(secret.digest)
    return token if token is not None and token.is_good else None


def spend(token: InitialAccessToken) -> bool:
    """Use a token once more; tell whether it was still good."""
    return storage.spend_initial_access_token(token.token_id)


def list_all() -> list[InitialAccessToken]:
    """List all tokens, those that are used up included; what expired is purged."""
    return storage.list_initial_access_tokens()


def remove(token_id: str) -> bool:
    """Let nobody register with a token any more; tell whether there was one."""
    is_removed = storage.remove_initial_access_token(token_id)
    if is_removed:
        audit.record(EventName.INITIAL_ACCESS_TOKEN_REMOVED, id=token_id)
    return is_removed
