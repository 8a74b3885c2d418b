"""What introspection and revocation share: who may ask, and which token is meant."""

from dataclasses import dataclass

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.request import ProtocolRequest
from idp.secret import digest
from idp.signing.signer import Signer
from idp.storage.grants import Grant, find_grant
from idp.storage.refresh_tokens import RefreshToken, find_refresh_token
from idp.tokens import access_token, refresh_token
from idp.tokens.access_token import AccessToken


@dataclass(frozen=True, slots=True)
class FoundRefreshToken:
    """A refresh token with its grant."""

    token: RefreshToken
    grant: Grant

    def check_client(self, client: Client) -> bool:
        """Tell whether it was issued to this client."""
        return self.token.client_id == client.client_id

    @property
    def is_active(self) -> bool:
        """Whether it would be accepted."""
        is_old = self.token.rotated_at is not None or self.token.expires_at <= clock.now()
        return self.grant.is_live and not is_old


FoundToken = AccessToken | FoundRefreshToken


class TokenLookup:
    """Finds the token of a request: a base of Authlib's token endpoints.

    `token_type_hint` is only a hint (RFC 7009 §2.1): our tokens show what they are.
    """

    def __init__(self, config: Config, signer: Signer) -> None:
        super().__init__()
        self.config = config
        self.signer = signer

    def authenticate_endpoint_client(self, request: ProtocolRequest) -> Client:
        """Authenticate the client as at the token endpoint."""
        request.refuse_repeated()
        return super().authenticate_endpoint_client(request)  # type: ignore[misc, no-any-return]  # Authlib's

    def check_params(self, request: ProtocolRequest, client: Client) -> None:
        """Raise invalid_request if there is no token."""
        request.require("token")

    def query_token(self, token_string: str, token_type_hint: str | None) -> FoundToken | None:
        """Find a token of this server."""
        if token_string.startswith(refresh_token.PREFIX):
            return _find_refresh_token(token_string)
        return access_token.read(self.config, self.signer, token_string)


def _find_refresh_token(value: str) -> FoundRefreshToken | None:
    token = find_refresh_token(digest(value))
    grant = find_grant(token.grant_id) if token else None
    return FoundRefreshToken(token, grant) if token and grant else None
