"""The refresh token grant (RFC 6749 §6); how tokens rotate is in tokens/refresh_token.py."""

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError

from idp import audit, clock
from idp.clients.model import Client
from idp.grant_types.token_request import TokenRequestMixin
from idp.oauth2.request import ProtocolAnswer
from idp.secret import Secret
from idp.storage.database import commit, rollback
from idp.storage.grants import Grant, revoke_grant
from idp.storage.refresh_tokens import find_refresh_token_and_grant
from idp.storage.users import User
from idp.tokens.mint import Order
from idp.tokens.refresh_token import Reused
from idp.vocabulary import GrantType


class UnknownRefreshToken(InvalidGrantError):
    """No such token, or it is another client's, or too old."""

    description = "The refresh_token is unknown, expired, revoked or not for this client."


class RefreshTokenReused(InvalidGrantError):
    """The token was replaced before; someone else has a copy."""

    description = "The refresh_token was used before; all tokens of its grant are revoked."


class WrongKey(InvalidGrantError):
    """A public client's token is sent without proof of its key (RFC 9449 §5, RFC 8705 §4)."""

    description = "The refresh_token is bound to a key or certificate, which was not proven."


class RefreshTokenGrant(TokenRequestMixin, grants.RefreshTokenGrant):
    """Replaces a refresh token by fresh tokens."""

    GRANT_TYPE = GrantType.REFRESH_TOKEN
    _grant: Grant
    _user: User

    def validate_token_request(self) -> None:
        """Authenticate the client and find its token."""
        client = self.authenticate_token_endpoint_client()
        presented = Secret(self.request.require("refresh_token"))
        row = find_refresh_token_and_grant(presented.digest)
        if row is None:
            raise UnknownRefreshToken()
        token, self._grant, self._user = row
        if token.client_id != client.client_id or token.expires_at <= clock.now():
            raise UnknownRefreshToken()
        if not self.holds(token.cnf):
            self.note_unproven(self._grant)
            raise WrongKey()
        self.request.refresh_token = presented

    def create_token_response(self) -> ProtocolAnswer:
        """Rotate the token and issue others."""
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        grant = self._grant
        order = Order(
            grant_type=self.GRANT_TYPE,
            client=client,
            scope=self._scope(grant),
            grant=grant,
            user=self._user,
            refreshed=self.request.refresh_token,
            audience=self.requested_resource(grant),
            authorization_details=self.requested_details(grant),
        )
        try:
            return self.answer(order)
        except Reused:
            _end(grant)
            raise RefreshTokenReused() from None

    def _scope(self, grant: Grant) -> frozenset[str]:
        """Narrow the scope of this access token; that of the grant, and the next refresh, stays."""
        scope = self.requested_scope(grant.scope)
        if not scope <= grant.scope:
            raise InvalidScopeError("The scope is wider than what was granted.")
        return scope


def _end(grant: Grant) -> None:
    rollback()
    revoke_grant(grant.grant_id)
    commit()
    audit.record(
        audit.EventName.REFRESH_TOKEN_REUSED,
        client_id=grant.client_id,
        user_id=grant.user_id,
        grant_id=grant.grant_id,
    )
