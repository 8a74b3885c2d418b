"""The client credentials grant (RFC 6749 §4.4): a client acts for itself."""

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidScopeError

from idp.clients.model import Client
from idp.grant_types.token_request import TokenRequestMixin
from idp.oauth2.request import ProtocolAnswer
from idp.tokens.mint import Order
from idp.vocabulary import CONFIDENTIAL, GrantType, Scope

# What speaks of a user, who is not there.
OF_USERS = frozenset(Scope)


class ClientCredentialsGrant(TokenRequestMixin, grants.ClientCredentialsGrant):
    """Issues an access token, never a refresh token (§4.4.3) nor an ID token."""

    GRANT_TYPE = GrantType.CLIENT_CREDENTIALS
    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL
    ISSUES_ID_TOKENS = False

    def validate_token_request(self) -> None:
        """Authenticate the client."""
        self.authenticate_token_endpoint_client()

    def create_token_response(self) -> ProtocolAnswer:
        """Issue an access token for the scope that the client is registered for, or less."""
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        registered = client.scope - OF_USERS
        scope = self.requested_scope(registered)
        if not scope <= registered:
            raise InvalidScopeError("The client is not registered for this scope.")
        return self.answer(
            Order(
                grant_type=self.GRANT_TYPE,
                client=client,
                scope=scope,
                audience=self.requested_resource(),
                authorization_details=self.requested_details(),
            )
        )
