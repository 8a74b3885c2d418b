"""A registered client, as everything above reads it (RFC 7591 §2, OIDC Registration §2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from idp import clock
from idp.clients import redirect_uri as redirect_uris
from idp.secret import Secret
from idp.vocabulary import (
    DEFAULT_ENC,
    FAPI_ALGORITHMS,
    ApplicationType,
    BackchannelTokenDeliveryMode,
    ContentEncryptionAlgorithm,
    FAPIProfile,
    GrantType,
    KeyManagementAlgorithm,
    ResponseType,
    SigningAlgorithm,
    TokenEndpointAuthMethod,
)

AccessTokenFormat = Literal["jwt", "opaque"]


@dataclass(frozen=True, slots=True)
class SecretDigest:
    """A client secret as it is kept; the older of two comes to an end."""

    digest: bytes
    expires_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        """Whether the client may still use it."""
        return self.expires_at is None or clock.now() < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client with its metadata; `metadata` is the same as JSON, to show it as registered."""

    client_id: str
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    initiate_login_uri: str | None = None
    contacts: tuple[str, ...] = ()
    software_id: str | None = None
    software_version: str | None = None
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    grant_types: frozenset[str] = frozenset({GrantType.AUTHORIZATION_CODE})
    response_types: frozenset[str] = frozenset({ResponseType.CODE})
    scope: frozenset[str] = frozenset()
    application_type: ApplicationType = ApplicationType.WEB
    token_endpoint_auth_method: TokenEndpointAuthMethod = (
        TokenEndpointAuthMethod.CLIENT_SECRET_BASIC
    )
    token_endpoint_auth_signing_alg: SigningAlgorithm | None = None
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    request_uris: tuple[str, ...] = ()
    request_object_signing_alg: SigningAlgorithm | None = None
    require_signed_request_object: bool = False
    require_pushed_authorization_requests: bool = False
    id_token_signed_response_alg: SigningAlgorithm = SigningAlgorithm.RS256
    id_token_encrypted_response_alg: KeyManagementAlgorithm | None = None  # None: not encrypted
    id_token_encrypted_response_enc: ContentEncryptionAlgorithm = DEFAULT_ENC
    userinfo_signed_response_alg: SigningAlgorithm | None = None  # None: not signed
    userinfo_encrypted_response_alg: KeyManagementAlgorithm | None = None  # None: not encrypted
    userinfo_encrypted_response_enc: ContentEncryptionAlgorithm = DEFAULT_ENC
    authorization_signed_response_alg: SigningAlgorithm = SigningAlgorithm.RS256
    authorization_encrypted_response_alg: KeyManagementAlgorithm | None = None  # None: no
    authorization_encrypted_response_enc: ContentEncryptionAlgorithm = DEFAULT_ENC
    introspection_signed_response_alg: SigningAlgorithm | None = None  # None: if asked for
    introspection_encrypted_response_alg: KeyManagementAlgorithm | None = None  # None: no
    introspection_encrypted_response_enc: ContentEncryptionAlgorithm = DEFAULT_ENC
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    backchannel_token_delivery_mode: BackchannelTokenDeliveryMode | None = None
    backchannel_client_notification_endpoint: str | None = None
    backchannel_authentication_request_signing_alg: SigningAlgorithm | None = None  # None: unsigned
    backchannel_user_code_parameter: bool = False
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    tls_client_certificate_bound_access_tokens: bool = False
    dpop_bound_access_tokens: bool = False

    # Ours: no standard has a word for these.
    access_token_format: AccessTokenFormat = "jwt"
    access_token_signed_response_alg: SigningAlgorithm = SigningAlgorithm.RS256
    require_pkce: bool | None = None  # None: as config.protocol says
    require_second_factor: bool = False
    fapi_profile: FAPIProfile | None = None
    accent_color: str | None = None
    first_party: bool = False
    resource_server: bool = False
    resources: tuple[str, ...] | None = None  # None: all

    authorization_details_types: tuple[str, ...] = ()
    trusted_issuers: frozenset[str] = frozenset()
    token_exchange_audiences: frozenset[str] = frozenset()

    is_disabled: bool = False
    secrets: tuple[SecretDigest, ...] = ()
    created_at: datetime

    # Of one that registered itself
    registration_token_digest: bytes | None = None
    used_at: datetime | None = None

    # Of one whose client_id is the URL of its metadata document
    document_expires_at: datetime | None = None

    sector_key: bytes | None = None  # None: its subjects are public
    metadata: Mapping[str, Any]

    @property
    def is_public(self) -> bool:
        """Whether it cannot keep a secret (RFC 6749 §2.1)."""
        return self.token_endpoint_auth_method == TokenEndpointAuthMethod.NONE

    @property
    def has_document(self) -> bool:
        """Whether its client_id is the URL of its metadata document."""
        return self.document_expires_at is not None

    @property
    def signing_algorithms(self) -> tuple[SigningAlgorithm, ...]:
        """By which algorithms it may sign what it sends, unless it is registered for one."""
        return FAPI_ALGORITHMS if self.fapi_profile else tuple(SigningAlgorithm)

    @property
    def registered_itself(self) -> bool:
        """Whether what it is called is nobody's word but its own."""
        return self.registration_token_digest is not None or self.has_document

    @property
    def is_fapi2(self) -> bool:
        """Whether it is held to FAPI 2.0; FAPI-CIBA goes by FAPI 1.0."""
        return self.fapi_profile not in (None, FAPIProfile.FAPI_CIBA)

    @property
    def is_pairwise(self) -> bool:
        """Whether only its sector knows users by the `sub` that it sees (OIDC Core §8)."""
        return self.sector_key is not None

    @property
    def sees_all_tokens(self) -> bool:
        """Whether introspection answers it about tokens that were not issued to or for it."""
        is_machine = self.grant_types == {GrantType.CLIENT_CREDENTIALS} and not self.redirect_uris
        return not self.is_public and (self.resource_server or is_machine)

    @property
    def hears_of_logout(self) -> bool:
        """Whether it wants to know when a login session ends in which it took part."""
        return self.backchannel_logout_uri is not None or self.frontchannel_logout_uri is not None

    @property
    def display_name(self) -> str:
        """What people read; the client has chosen it."""
        return self.client_name or self.client_id

    def identity_is_assured(self, redirect_uri: str) -> bool:
        """Tell whether the answer can reach nobody but this client (RFC 8252 §8.6)."""
        return not (self.is_public and redirect_uris.is_app_on_device(redirect_uri))

    # What Authlib's engine asks a client

    def get_client_id(self) -> str:
        """Give the client_id."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """Give the redirect URI of a request without one (RFC 6749 §3.1.2.3)."""
        return self.redirect_uris[0] if len(self.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str) -> str:
        """Keep the words of a scope for which the client is registered."""
        return " ".join(word for word in scope.split() if word in self.scope)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether a redirect URI is registered."""
        is_native = self.application_type == ApplicationType.NATIVE
        return redirect_uris.is_registered(redirect_uri, self.redirect_uris, native=is_native)

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether this is a live secret of the client, in constant time."""
        secret = Secret(client_secret)
        matches = [secret.matches(each.digest) for each in self.secrets if each.is_live]
        return any(matches)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Tell whether the client authenticates by this method, which is one for all endpoints."""
        return method == self.token_endpoint_auth_method

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether the client may use a grant type."""
        return grant_type in self.grant_types

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether the client may use a response type."""
        return response_type in self.response_types
