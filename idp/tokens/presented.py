"""Tokens of this server that a client presents, each for what it is (RFC 8693 §2.1, §3).

Whoever holds a token is not yet one who may exchange it: it must be the client's own, or an access
token that somebody has sent to it because the token is for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import resource as resources
from idp.oauth2.confirmation import Confirmation
from idp.oauth2.numeric_date import is_numeric_date
from idp.oidc import id_token
from idp.oidc.subject import subject_of
from idp.secret import digest
from idp.signing import is_encrypted
from idp.signing.signer import Signer
from idp.storage.grants import Grant, find_grant_of_sign_in
from idp.storage.refresh_tokens import find_refresh_token
from idp.storage.users import User
from idp.tokens import access_token, refresh_token
from idp.tokens.grant import find_parties

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What a token says that is good now, and who stands behind it.

    `issuer` and `subject` name whom it speaks of, who may be a client; `client_id` whose token it
    is, None if another issuer's. `audience` are those for whom its owner has a token already, and
    `parents` the tokens whose revocation ends what comes of it.
    """

    issuer: str
    subject: str
    client_id: str | None
    expires_at: datetime
    scope: frozenset[str]
    grant: Grant | None = None
    user: User | None = None
    audience: frozenset[str] = NOBODY
    authorization_details: Sequence[dict[str, Any]] = ()
    confirmation: Confirmation | None = None
    actor: dict[str, Any] | None = None
    may_act: object = None
    parents: tuple[str, ...] = ()


class Presenting:
    """Reads what one client presents; what is not good, or not for it, is None."""

    def __init__(self, config: Config, signer: Signer, client: Client) -> None:
        self.config = config
        self.signer = signer
        self.client = client

    def access_token(self, value: str) -> Presented | None:
        """Read an access token, of this client or sent to it."""
        token = access_token.read(self.config, self.signer, value)
        if token is None or not self._may_use(token.client_id, token.audience):
            return None
        parties = access_token.parties_of(token)
        if parties is None:
            return None
        return Presented(
            issuer=self.config.issuer,
            subject=token.subject,
            client_id=token.client_id,
            expires_at=token.expires_at,
            scope=token.scope,
            grant=parties.grant,
            user=parties.user,
            audience=token.audience,
            authorization_details=token.authorization_details,
            confirmation=token.confirmation,
            actor=token.actor,
            parents=(*token.parents, token.name),
        )

    def refresh_token(self, value: str) -> Presented | None:
        """Read a refresh token of this client, which stays as it is."""
        token = find_refresh_token(digest(value))
        if token is None or token.client_id != self.client.client_id:
            return None
        parties = refresh_token.parties_of(token)
        if parties is None or parties.grant is None:
            return None
        usual = access_token.usual_audience(self.config)
        audience = parties.grant.resource or usual
        return self._of_grant(parties.grant, parties.user, token.expires_at, audience)

    def id_token(self, value: str) -> Presented | None:
        """Read an ID token of this client, as long as what came of the same sign-in is good.

        It was made to say who signed in, and may have been seen by many: it opens nothing but what
        the operator has named.
        """
        signed = self.signer.decrypt(value) if is_encrypted(value) else value
        claims = self.signer.verify(signed or "", typ=id_token.TYP)
        if claims is None or not self._is_own_id_token(claims):
            return None
        grant = find_grant_of_sign_in(claims["sub"], self.client.client_id, claims.get("sid"))
        if grant is None:
            return None
        issued_at = clock.from_timestamp(int(claims["iat"]))
        parties = find_parties(self.client.client_id, grant.grant_id, issued_at)
        if parties is None:
            return None
        expires_at = clock.from_timestamp(int(claims["exp"]))
        return self._of_grant(grant, parties.user, expires_at, NOBODY)

    def _may_use(self, client_id: str, audience: frozenset[str]) -> bool:
        is_own = self.client.client_id == client_id
        return is_own or resources.serves(self.config, self.client, audience)

    def _is_own_id_token(self, claims: Mapping[str, Any]) -> bool:
        """A pairwise `sub` does not tell who is meant: such a client sends its access token."""
        expires_at, issued_at = claims.get("exp"), claims.get("iat")
        if not is_numeric_date(expires_at) or not is_numeric_date(issued_at):
            return False  # as of a UserInfo answer, which is signed, too
        is_ours = claims.get("iss") == self.config.issuer
        is_for_client = claims.get("aud") == self.client.client_id and not self.client.is_pairwise
        return is_ours and is_for_client and expires_at > clock.timestamp(clock.now())

    def _of_grant(
        self, grant: Grant, user: User | None, expires_at: datetime, audience: frozenset[str]
    ) -> Presented:
        return Presented(
            issuer=self.config.issuer,
            subject=subject_of(self.client, grant.user_id),
            client_id=self.client.client_id,
            expires_at=min(expires_at, grant.expires_at),
            scope=grant.scope,
            grant=grant,
            user=user,
            audience=audience,
            authorization_details=grant.authorization_details or (),
        )
