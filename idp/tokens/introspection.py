"""Token introspection (RFC 7662)."""

from typing import Any

from authlib.oauth2.rfc7662 import IntrospectionEndpoint as BaseIntrospectionEndpoint

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import resource as resources
from idp.oauth2 import scope as scopes
from idp.oauth2.confirmation import token_type_of
from idp.oauth2.request import ProtocolRequest
from idp.oidc.subject import subject_of
from idp.storage.grants import Grant
from idp.storage.refresh_tokens import RefreshToken
from idp.tokens import access_token, refresh_token
from idp.tokens.access_token import AccessToken
from idp.tokens.endpoint import FoundToken, TokenLookup
from idp.tokens.grant import Parties
from idp.vocabulary import CONFIDENTIAL

INACTIVE = {"active": False}


class IntrospectionEndpoint(TokenLookup, BaseIntrospectionEndpoint):
    """Tells a client about tokens that are meant for it, and nothing about others (§4)."""

    CLIENT_AUTH_METHODS = CONFIDENTIAL

    def authenticate_token(self, request: ProtocolRequest, client: Client) -> FoundToken | None:
        """Let a client see its own tokens, those for it, and a resource server all."""
        token = self.find_token(request)
        return token if token and _may_see(self.config, client, token) else None

    def create_introspection_payload(self, token: FoundToken | None) -> dict[str, Any]:
        """Describe a token if it is active (§2.2)."""
        match token:
            case AccessToken():
                parties = access_token.parties_of(token)
                return self._access_token(token, parties) if parties else INACTIVE
            case RefreshToken():
                parties = refresh_token.parties_of(token)
                return self._refresh_token(token, parties) if parties else INACTIVE
            case None:
                return INACTIVE

    def _access_token(self, token: AccessToken, parties: Parties) -> dict[str, Any]:
        described: dict[str, Any] = {
            "active": True,
            "token_type": token_type_of(token.confirmation),
            "iss": self.config.issuer,
            "sub": token.subject,
            "aud": access_token.aud(token.audience),
            "client_id": token.client_id,
            "iat": clock.timestamp(token.issued_at),
            "exp": clock.timestamp(token.expires_at),
        }
        if token.scope:
            described["scope"] = scopes.write(token.scope)
        if token.jti is not None:
            described["jti"] = token.jti
        if parties.user is not None and not parties.client.is_pairwise:
            described["username"] = parties.user.username
        if parties.grant is not None:
            described |= _authentication(parties.grant)
        return described | access_token.described(token)

    def _refresh_token(self, token: RefreshToken, parties: Parties) -> dict[str, Any]:
        assert parties.grant is not None  # every refresh token has one
        return {
            "active": True,
            "iss": self.config.issuer,
            "sub": subject_of(parties.client, parties.grant.user_id),
            "client_id": token.client_id,
            "scope": scopes.write(parties.grant.scope),
            "iat": clock.timestamp(token.issued_at),
            "exp": clock.timestamp(token.expires_at),
        }


def _authentication(grant: Grant) -> dict[str, Any]:
    """Say when and how well the person was authenticated (RFC 9470 §6.2)."""
    acr = {} if grant.acr is None else {"acr": grant.acr}
    return {"auth_time": clock.timestamp(grant.auth_time)} | acr


def _may_see(config: Config, client: Client, token: FoundToken) -> bool:
    is_for_client = isinstance(token, AccessToken) and resources.serves(
        config, client, token.audience
    )
    return token.client_id == client.client_id or is_for_client or client.sees_all_tokens
