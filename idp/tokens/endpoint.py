"""What introspection and revocation share: who may ask, and which token is meant."""

from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.request import ProtocolRequest
from idp.secret import digest
from idp.signing.signer import Signer
from idp.storage.refresh_tokens import RefreshToken, find_refresh_token
from idp.tokens import access_token, refresh_token
from idp.tokens.access_token import AccessToken

FoundToken = AccessToken | RefreshToken


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

    def find_token(self, request: ProtocolRequest) -> FoundToken | None:
        """Find the token of this server that is meant; raise invalid_request if none is named."""
        value = request.require("token")
        if value.startswith(refresh_token.PREFIX):
            return find_refresh_token(digest(value))
        return access_token.read(self.config, self.signer, value)
