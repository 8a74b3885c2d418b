"""The JWT bearer grant: another issuer speaks of a person (RFC 7523 §2.1, RFC 7521 §4.1).

The client authenticates besides: only one that the operator has registered for an issuer gets
anything for its assertions. Nobody speaks for people by themselves, a client neither.
"""

from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from idp import audit
from idp.clients.model import Client
from idp.grant_types.asserted import OF_SIGN_INS, new_asserted_grant
from idp.grant_types.token_request import TokenRequestMixin
from idp.oauth2 import assertion as assertions
from idp.oauth2.assertion import Assertion, InvalidAssertion
from idp.oauth2.request import ProtocolAnswer
from idp.storage.grants import Grant, add_grant
from idp.storage.users import User
from idp.tokens.mint import Order
from idp.vocabulary import CONFIDENTIAL, GrantType


class AssertionRefused(InvalidGrantError):
    """The assertion is not valid, or not enough (RFC 7521 §4.1.1)."""

    def __init__(self, refusal: InvalidAssertion) -> None:
        super().__init__(f"The assertion {refusal}")


class AssertionReplayed(InvalidGrantError):
    """Somebody has sent the assertion before (RFC 7523 §3, item 7)."""

    description = "The assertion was used before."


class JWTBearerGrant(TokenRequestMixin, BaseGrant, TokenEndpointMixin):
    """Issues an access token, never a refresh token (RFC 7521 §4.1) nor an ID token."""

    GRANT_TYPE = GrantType.JWT_BEARER
    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL
    ISSUES_ID_TOKENS = False
    _audience: frozenset[str]
    _assertion: Assertion
    _grant: Grant
    _user: User

    def validate_token_request(self) -> None:
        """Authenticate the client, verify the assertion and find its person."""
        client = self.authenticate_token_endpoint_client()
        value = self.request.require("assertion")
        self._audience = self.requested_resource()
        scope = self._scope(client)
        config = self.server.config
        try:
            self._assertion = assertions.read(value, client, config, self.server.key_source)
            made = new_asserted_grant(config, client, self._assertion, scope)
        except InvalidAssertion as refusal:
            raise AssertionRefused(refusal) from None
        self._grant, self._user = made

    def create_token_response(self) -> ProtocolAnswer:
        """Spend the assertion, store what it amounts to, and issue the token."""
        client: Client = self.request.client  # type: ignore[assignment]  # authenticated by now
        grant, assertion = self._grant, self._assertion
        if not assertions.spend(assertion):
            raise AssertionReplayed()
        add_grant(grant)
        audit.record(
            audit.EventName.ASSERTION_ACCEPTED,
            client_id=client.client_id,
            user_id=grant.user_id,
            grant_id=grant.grant_id,
            issuer=assertion.issuer,
        )
        return self.answer(
            Order(
                grant_type=self.GRANT_TYPE,
                client=client,
                scope=grant.scope,
                grant=grant,
                user=self._user,
                audience=self._audience,
            )
        )

    def _scope(self, client: Client) -> frozenset[str]:
        registered = client.scope - OF_SIGN_INS
        scope = self.requested_scope(registered)
        if not scope or not scope <= registered:
            raise InvalidScopeError("The client is not registered for this scope.")
        return scope
