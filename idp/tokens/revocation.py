"""Token revocation (RFC 7009)."""

from authlib.oauth2.rfc6749.errors import InvalidGrantError
from authlib.oauth2.rfc7009 import RevocationEndpoint as BaseRevocationEndpoint

from idp import audit
from idp.clients.model import Client
from idp.oauth2.request import ProtocolRequest
from idp.storage.access_tokens import revoke_access_token, revoke_jti
from idp.storage.grants import revoke_grant
from idp.tokens.access_token import AccessToken
from idp.tokens.endpoint import FoundToken, TokenLookup
from idp.vocabulary import TokenEndpointAuthMethod


class NotIssuedToClient(InvalidGrantError):
    """Only the client that a token was issued to may revoke it (§2.1)."""

    description = "The token was issued to another client."


class RevocationEndpoint(TokenLookup, BaseRevocationEndpoint):
    """Revokes a token for the client that it was issued to; an unknown token is no error (§2.2)."""

    CLIENT_AUTH_METHODS = tuple(TokenEndpointAuthMethod)

    def authenticate_token(self, request: ProtocolRequest, client: Client) -> FoundToken | None:
        """Find the token, and refuse another client's."""
        token = self.find_token(request)
        if token is not None and token.client_id != client.client_id:
            raise NotIssuedToClient()
        return token

    def revoke_token(self, token: FoundToken, request: ProtocolRequest) -> None:
        """Revoke an access token alone, or a refresh token with all that came of its grant."""
        client: Client = request.client  # type: ignore[assignment]  # authenticated by now
        if _revoke(token):
            audit.record(
                audit.EventName.TOKEN_REVOKED, client_id=client.client_id, grant_id=token.grant_id
            )


def _revoke(token: FoundToken) -> bool:
    """Revoke a token; tell whether it was not revoked before."""
    if not isinstance(token, AccessToken):
        return revoke_grant(token.grant_id)
    if token.token_digest is not None and not revoke_access_token(token.token_digest):
        return False
    return revoke_jti(token.name, token.expires_at)
