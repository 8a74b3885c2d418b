"""What this server supports, as one list; Authlib's engine dispatches by it.

The metadata is derived from the same tuples (metadata.py), so it cannot promise anything else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer as BaseAuthorizationServer
from authlib.oauth2.rfc6749.errors import InvalidClientError, UnsupportedGrantTypeError

from idp import audit, paths
from idp.authorization.backchannel_authentication import BackchannelAuthenticationEndpoint
from idp.authorization.device_authorization import DeviceAuthorizationEndpoint
from idp.clients.keys import KeySource
from idp.clients.model import Client
from idp.clients.registration import find_client
from idp.config import Config
from idp.grant_types.authorization_code import AuthorizationCodeGrant
from idp.grant_types.ciba import CibaGrant
from idp.grant_types.client_credentials import ClientCredentialsGrant
from idp.grant_types.device_code import DeviceCodeGrant
from idp.grant_types.jwt_bearer import JWTBearerGrant
from idp.grant_types.password import PasswordGrant
from idp.grant_types.refresh_token import RefreshTokenGrant
from idp.grant_types.token_exchange import TokenExchangeGrant
from idp.grant_types.token_request import TokenRequestMixin
from idp.log import client_address, log
from idp.oauth2 import client_auth, dpop, mutual_tls
from idp.oauth2.client_documents import STALE_FOR, ClientDocuments
from idp.oauth2.confirmation import Confirmation, SenderConstraint, all_of
from idp.oauth2.errors import ClientAuthenticationFailed, ClientDocumentRefused, OAuth2Error
from idp.oauth2.mutual_tls import SelfSignedTLSClientAuth, tls_client_auth
from idp.oauth2.private_key_jwt import PrivateKeyJWT
from idp.oauth2.request import ProtocolRequest
from idp.signing.signer import Signer
from idp.storage.database import rollback
from idp.tokens.introspection import IntrospectionEndpoint
from idp.tokens.mint import Mint
from idp.tokens.revocation import RevocationEndpoint
from idp.users import throttle
from idp.users.passwords import Hasher
from idp.vocabulary import ResponseMode
from idp.vocabulary import TokenEndpointAuthMethod as Method

GRANT_TYPES = (
    AuthorizationCodeGrant,
    RefreshTokenGrant,
    ClientCredentialsGrant,
    PasswordGrant,
    DeviceCodeGrant,
    CibaGrant,
    JWTBearerGrant,
    TokenExchangeGrant,
)

TOKEN_ENDPOINTS = (
    IntrospectionEndpoint,
    RevocationEndpoint,
    DeviceAuthorizationEndpoint,
    BackchannelAuthenticationEndpoint,
)

RESPONSE_MODES = tuple(ResponseMode)

CLIENT_AUTH_METHODS: tuple[tuple[Method, client_auth.Authenticate], ...] = (
    (Method.CLIENT_SECRET_BASIC, client_auth.client_secret_basic),
    (Method.CLIENT_SECRET_POST, client_auth.client_secret_post),
    (Method.NONE, client_auth.none),
    (Method.TLS_CLIENT_AUTH, tls_client_auth),
)

# These look at the keys of the client, which may have to be fetched.
METHODS_WITH_KEYS = (Method.PRIVATE_KEY_JWT, Method.SELF_SIGNED_TLS_CLIENT_AUTH)

# What RFC 6749 §5.2 keeps out of error_description; some of Authlib's texts quote the request.
FORBIDDEN = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")


@dataclass(frozen=True, slots=True)
class ProtocolResponse:
    """A response of the engine, for the web layer to send."""

    status: int
    body: dict[str, Any]
    headers: Sequence[tuple[str, str]]


class AuthorizationServer(BaseAuthorizationServer):
    """Authlib's server, with our clients, grant types and answers."""

    def __init__(
        self,
        config: Config,
        signer: Signer,
        hasher: Hasher,
        key_source: KeySource,
        client_documents: ClientDocuments,
    ) -> None:
        super().__init__()
        self.client_documents = client_documents
        self.config = config
        self.signer = signer
        self.hasher = hasher
        self.key_source = key_source
        self.mint = Mint(config, signer)
        self.auth_methods = frozenset(config.server.auth_methods)
        self.sender_constraints: tuple[SenderConstraint, ...] = (
            partial(dpop.confirm, config),
            mutual_tls.confirm,
        )
        for method, authenticate in CLIENT_AUTH_METHODS:
            self.register_client_auth_method(method, authenticate)
        alias = paths.alias_of(config.issuer, config.server.mtls_url)
        with_keys: tuple[client_auth.Authenticate, ...] = (
            PrivateKeyJWT(key_source, config.issuer, alias),
            SelfSignedTLSClientAuth(key_source),
        )
        for method, authenticate in zip(METHODS_WITH_KEYS, with_keys, strict=True):
            self.register_client_auth_method(method, authenticate)
        for grant_type in GRANT_TYPES:
            if grant_type.GRANT_TYPE in config.grant_types:
                self.register_grant(grant_type)
        for endpoint in TOKEN_ENDPOINTS:
            self.register_endpoint(endpoint(config, signer))

    def query_client(self, client_id: str) -> Client | None:
        """Find a client that is not disabled; one with a document as that has been lately."""
        try:
            self.client_documents.look_up(client_id, stale_for=STALE_FOR)
        except ClientDocumentRefused as refusal:
            log.info("client_document_refused", reason=refusal.technical)
            return None
        client = find_client(client_id)
        return None if client is None or client.is_disabled else client

    def get_token_grant(self, request: ProtocolRequest) -> TokenRequestMixin:
        """Find the grant type of a token request that is well-formed."""
        request.refuse_repeated()
        request.require("grant_type")
        grant: TokenRequestMixin = super().get_token_grant(request)
        return grant

    def authenticate_client(
        self, request: ProtocolRequest, methods: Sequence[str], endpoint: str = "token"
    ) -> Client:
        """Authenticate by the one method that the request uses, with one answer to all failures."""
        presented = client_auth.presented_methods(request)
        is_basic = Method.CLIENT_SECRET_BASIC in presented
        accepted = [m for m in presented if m in methods and m in self.auth_methods]
        if not accepted:
            raise self._refused(request, "the endpoint does not accept this method", basic=is_basic)
        try:
            client: Client = super().authenticate_client(request, accepted, "token")
        except InvalidClientError as error:
            is_assertion = Method.PRIVATE_KEY_JWT in presented  # only its errors are our own
            note = error.description if is_assertion else _what_was_wrong(request)
            raise self._refused(request, note, basic=is_basic) from None
        if request.form.get("client_id", client.client_id) != client.client_id:
            raise self._refused(request, "client_id is another client's", basic=is_basic)
        return client

    def confirm(self, request: ProtocolRequest, client: Client) -> Confirmation | None:
        """Give what a client has proven to hold, to which its tokens are bound; None if nothing."""
        return all_of(constraint(request, client) for constraint in self.sender_constraints)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Ignore Authlib's signals: audit events are recorded where their facts are."""

    def create_oauth2_request(self, request: ProtocolRequest) -> ProtocolRequest:
        """Take the request as the web layer made it."""
        return request

    def handle_response(
        self, status: int, body: dict[str, Any], headers: Sequence[tuple[str, str]]
    ) -> ProtocolResponse:
        """Give the response to the web layer."""
        return ProtocolResponse(status, body, headers)

    def handle_error_response(
        self, request: ProtocolRequest, error: OAuth2Error
    ) -> ProtocolResponse:
        """Undo what a failed request has written, and say what was wrong."""
        rollback()
        if isinstance(error, UnsupportedGrantTypeError):
            error.description = "The grant_type is not supported."
        error.description = FORBIDDEN.sub("'", error.description or "")
        status, body, headers = error()
        return self.handle_response(status, body, headers)

    def _refused(
        self, request: ProtocolRequest, note: str, *, basic: bool
    ) -> ClientAuthenticationFailed:
        name = audit.EventName.CLIENT_AUTHENTICATION_FAILED
        if throttle.count_client_failure(client_address() or "", self.config.throttle):
            log.info(name, detail_reason=note)  # anybody could fill the table with such rows
        else:
            audit.record(name, reason=note)
        return ClientAuthenticationFailed(note, basic=basic)


def _what_was_wrong(request: ProtocolRequest) -> str:
    proof = "secret" if request.certificate is None else "certificate"
    return f"unknown client or wrong {proof}"
