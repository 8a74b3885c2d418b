"""What every grant type does alike: who asks, for what scope, and the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from authlib.oauth2.rfc6749.errors import InvalidScopeError, UnauthorizedClientError

from idp import audit
from idp.clients.keys import KeySource
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import authorization_details as details
from idp.oauth2 import confirmation as confirmations
from idp.oauth2 import dpop, mutual_tls
from idp.oauth2 import resource as resources
from idp.oauth2 import scope as scopes
from idp.oauth2.authorization_details import AUTHORIZATION_DETAILS, Details
from idp.oauth2.confirmation import Confirmation
from idp.oauth2.encryption import Encryption, find_id_token_encryption
from idp.oauth2.request import ProtocolAnswer, ProtocolRequest
from idp.signing.signer import Signer
from idp.storage.grants import Grant
from idp.tokens.mint import Mint, Order
from idp.users.passwords import Hasher
from idp.vocabulary import GrantType, TokenEndpointAuthMethod

HEADERS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("Pragma", "no-cache"),
]


class Server(Protocol):
    """What a grant type asks of the authorization server."""

    config: Config
    hasher: Hasher
    key_source: KeySource
    mint: Mint
    signer: Signer

    def confirm(self, request: ProtocolRequest, client: Client) -> Confirmation | None:
        """Give what the client has proven to hold."""


class TokenRequestMixin:
    """A base of the grant types, before Authlib's class of the same grant."""

    GRANT_TYPE: GrantType
    TOKEN_ENDPOINT_AUTH_METHODS: Sequence[str] = tuple(TokenEndpointAuthMethod)
    ISSUES_ID_TOKENS = True
    request: ProtocolRequest
    server: Server
    confirmation: Confirmation | None = None
    _encryption: Encryption | None = None

    def authenticate_token_endpoint_client(self) -> Client:
        """Authenticate the client, and refuse one that may not use this grant type.

        What its tokens are bound to is verified too (RFC 9449 §5, RFC 8705 §3). The key that its
        ID tokens are encrypted to is looked for now: it may have to be waited for, and afterwards
        something would be spent already.
        """
        client: Client = super().authenticate_token_endpoint_client()  # type: ignore[misc]  # Authlib's
        self.request.client = client
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError("The client is not registered for this grant_type.")
        self.confirmation = self.server.confirm(self.request, client)
        dpop.require_proof(client, self.confirmation)
        mutual_tls.require_certificate(client, self.confirmation)
        if self.ISSUES_ID_TOKENS:
            self._encryption = find_id_token_encryption(self.server.key_source, client)
        return client

    def holds(self, cnf: Mapping[str, str] | None) -> bool:
        """Tell whether the client has proven what a code or refresh token is bound to."""
        needed = confirmations.read(cnf)
        if needed is None:
            return True
        return self.confirmation is not None and self.confirmation.covers(needed)

    def note_unproven(self, grant: Grant) -> None:
        """Remember that somebody has a code or refresh token without what it is bound to."""
        audit.record(
            audit.EventName.KEY_NOT_PROVEN,
            client_id=grant.client_id,
            user_id=grant.user_id,
            grant_id=grant.grant_id,
            grant_type=self.GRANT_TYPE,
        )

    def requested_scope(self, default: frozenset[str]) -> frozenset[str]:
        """Give the scope of the request; raise invalid_scope if it is malformed."""
        text = self.request.form.get("scope")
        if text is None:
            return default
        try:
            return scopes.parse(text)
        except scopes.MalformedScopeError:
            raise InvalidScopeError("The scope has forbidden characters or is too long.") from None

    def requested_resource(self, grant: Grant | None = None) -> frozenset[str]:
        """Give for which APIs a token is: some of those that were granted (RFC 8707 §2.2).

        Without a grant they may be any that are for this client. Raises invalid_target.
        """
        config, client = self.server.config, self.request.client
        assert client is not None  # authenticated by now
        audience = resources.requested(config, client, self.request.parameters)
        if grant is not None:
            granted = grant.resource or resources.NO_RESOURCE
            audience = resources.narrowed(config, client, granted, audience)
        resources.terms(config, client, audience)  # must be one kind, before anything is spent
        return audience

    def requested_details(self, grant: Grant | None = None) -> Details:
        """Give what a token is for in detail: some of what was granted (RFC 9396 §6).

        Without a grant it may be any of the types of this client. Raises
        invalid_authorization_details.
        """
        if grant is None:
            return self._details()
        return self.details_within(grant.authorization_details or ())

    def details_within(self, granted: Sequence[dict[str, Any]]) -> Details:
        """Give what of these details a token is for (RFC 9396 §6).

        Raises invalid_authorization_details.
        """
        asked, client = self._details(), self.request.client
        assert client is not None  # authenticated by now
        return details.narrowed(self.server.config, client, granted, asked)

    def answer(self, order: Order) -> ProtocolAnswer:
        """Issue the tokens (RFC 6749 §5.1)."""
        order = replace(order, encryption=self._encryption, confirmation=self.confirmation)
        response: dict[str, Any] = self.server.mint.issue(order)
        return 200, response, HEADERS

    def _details(self) -> Details:
        client = self.request.client
        assert client is not None  # authenticated by now
        unverified_text = self.request.form.get(AUTHORIZATION_DETAILS)
        return details.read(self.server.config, client, unverified_text)
