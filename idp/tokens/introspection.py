"""Token introspection (RFC 7662)."""

from typing import Any

from authlib.oauth2.rfc7662 import IntrospectionEndpoint as BaseIntrospectionEndpoint

from idp import clock
from idp.clients.model import Client
from idp.oauth2 import scope as scopes
from idp.oauth2.request import ProtocolRequest
from idp.storage.users import find_user
from idp.tokens import access_token
from idp.tokens.access_token import AccessToken
from idp.tokens.endpoint import FoundRefreshToken, FoundToken, TokenLookup
from idp.vocabulary import CONFIDENTIAL

INACTIVE = {"active": False}


class IntrospectionEndpoint(TokenLookup, BaseIntrospectionEndpoint):
    """Tells a client about tokens that are meant for it, and nothing about others (§4)."""

    CLIENT_AUTH_METHODS = CONFIDENTIAL

    def check_permission(self, token: FoundToken, client: Client, request: ProtocolRequest) -> bool:
        """Let a client see its own tokens, those for it, and a resource server all."""
        is_for_client = isinstance(token, AccessToken) and token.audience == client.client_id
        return token.check_client(client) or is_for_client or client.sees_all_tokens

    def create_introspection_payload(self, token: FoundToken | None) -> dict[str, Any]:
        """Describe a token if it is active (§2.2)."""
        if isinstance(token, AccessToken):
            return self._access_token(token) if access_token.is_active(token) else INACTIVE
        if token is None or not token.is_active:
            return INACTIVE
        return self._refresh_token(token)

    def _access_token(self, token: AccessToken) -> dict[str, Any]:
        user = find_user(token.subject) if token.grant_id else None
        described: dict[str, Any] = {
            "active": True,
            "token_type": "Bearer",
            "iss": self.config.issuer,
            "sub": token.subject,
            "aud": token.audience,
            "client_id": token.client_id,
            "scope": scopes.write(token.scope),
            "iat": clock.timestamp(token.issued_at),
            "exp": clock.timestamp(token.expires_at),
        }
        if token.jti is not None:
            described["jti"] = token.jti
        if user is not None:
            described["username"] = user.username
        return described

    def _refresh_token(self, found: FoundRefreshToken) -> dict[str, Any]:
        return {
            "active": True,
            "iss": self.config.issuer,
            "sub": found.grant.user_id,
            "client_id": found.token.client_id,
            "scope": scopes.write(found.grant.scope),
            "iat": clock.timestamp(found.token.issued_at),
            "exp": clock.timestamp(found.token.expires_at),
        }
