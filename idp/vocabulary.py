"""The words of the protocol that this server knows, as the standards spell them."""

from enum import StrEnum


class GrantType(StrEnum):
    """`grant_type` of a token request (RFC 6749 §4, §6).

    `implicit` is none: a client is registered for it to get tokens in an authorization response
    (RFC 7591 §2).
    """

    AUTHORIZATION_CODE = "authorization_code"
    IMPLICIT = "implicit"
    REFRESH_TOKEN = "refresh_token"
    CLIENT_CREDENTIALS = "client_credentials"
    PASSWORD = "password"
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"  # RFC 8628 §3.4
    CIBA = "urn:openid:params:grant-type:ciba"
    JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"  # RFC 7523 §2.1
    TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # RFC 8693 §2.1


class ResponseType(StrEnum):
    """`response_type` of an authorization request, in whatever order its words come.

    RFC 6749 §3.1.1, OAuth 2.0 Multiple Response Type Encoding Practices §3, §5.
    """

    CODE = "code"
    ID_TOKEN = "id_token"
    ID_TOKEN_TOKEN = "id_token token"
    CODE_ID_TOKEN = "code id_token"
    CODE_TOKEN = "code token"
    CODE_ID_TOKEN_TOKEN = "code id_token token"

    @classmethod
    def _missing_(cls, value: object) -> "ResponseType | None":
        words = sorted(str(value).split(" "))
        return next((each for each in cls if sorted(each.words) == words), None)

    @property
    def words(self) -> frozenset[str]:
        """What is asked for."""
        return frozenset(self.split(" "))

    @property
    def needs_code(self) -> bool:
        """Whether a code is asked for."""
        return self.CODE in self.words

    @property
    def is_front_channel(self) -> bool:
        """Whether tokens are asked for that travel by way of the browser."""
        return self != self.CODE

    @property
    def grant_types(self) -> frozenset[GrantType]:
        """What a client must be registered for, to ask for it (RFC 7591 §2.1)."""
        by_code = {GrantType.AUTHORIZATION_CODE} if self.needs_code else set()
        return frozenset(by_code | ({GrantType.IMPLICIT} if self.is_front_channel else set()))


class ResponseMode(StrEnum):
    """`response_mode`: how the answer travels to the client.

    OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode §2. JARM §2.3 has the
    same in a JWT; of these, `jwt` leaves it to the response type which it is.
    """

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"
    JWT = "jwt"
    QUERY_JWT = "query.jwt"
    FRAGMENT_JWT = "fragment.jwt"
    FORM_POST_JWT = "form_post.jwt"

    @property
    def is_jwt(self) -> bool:
        """Whether the answer travels in a JWT."""
        return self.endswith("jwt")

    @property
    def in_jwt(self) -> "ResponseMode":
        """The mode that carries a JWT the same way."""
        return ResponseMode(f"{self}.jwt")

    @property
    def carrier(self) -> "ResponseMode":
        """The mode without the JWT."""
        return ResponseMode(self.removesuffix(".jwt"))


class Prompt(StrEnum):
    """`prompt`: which pages the client insists on, or forbids (OIDC Core §3.1.2.1)."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"
    CREATE = "create"  # Initiating User Registration via OpenID Connect §4


class TokenEndpointAuthMethod(StrEnum):
    """`token_endpoint_auth_method`: how a client proves who it is (OIDC Core §9, RFC 8705 §2)."""

    CLIENT_SECRET_BASIC = "client_secret_basic"
    CLIENT_SECRET_POST = "client_secret_post"
    PRIVATE_KEY_JWT = "private_key_jwt"
    NONE = "none"
    TLS_CLIENT_AUTH = "tls_client_auth"  # RFC 8705 §2.1
    SELF_SIGNED_TLS_CLIENT_AUTH = "self_signed_tls_client_auth"  # RFC 8705 §2.2


CONFIDENTIAL = tuple(
    method for method in TokenEndpointAuthMethod if method is not TokenEndpointAuthMethod.NONE
)


# Mutual TLS: by an authority's word for a name, or by a key.
CERTIFICATE_METHODS = (
    TokenEndpointAuthMethod.TLS_CLIENT_AUTH,
    TokenEndpointAuthMethod.SELF_SIGNED_TLS_CLIENT_AUTH,
)


class TokenTypeHint(StrEnum):
    """`token_type_hint` of introspection and revocation (RFC 7009 §2.1)."""

    ACCESS_TOKEN = "access_token"
    REFRESH_TOKEN = "refresh_token"


class TokenType(StrEnum):
    """`token_type`: how an access token is sent (RFC 6750 §2.1, RFC 9449 §5)."""

    BEARER = "Bearer"
    DPOP = "DPoP"


class TokenTypeIdentifier(StrEnum):
    """`subject_token_type` and its like: what a token is that is exchanged (RFC 8693 §3)."""

    ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
    REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token"
    ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
    JWT = "urn:ietf:params:oauth:token-type:jwt"


class Scope(StrEnum):
    """The words of `scope` that need no declaration (OIDC Core §5.4, §11)."""

    OPENID = "openid"
    PROFILE = "profile"
    EMAIL = "email"
    ADDRESS = "address"
    PHONE = "phone"
    OFFLINE_ACCESS = "offline_access"


# Ours: what a client needs to administer the server. No client can ask for it when it registers
# itself, so it is not among those that need no declaration.
ADMIN_SCOPE = "idp.admin"


class BackchannelTokenDeliveryMode(StrEnum):
    """`backchannel_token_delivery_mode`: how a client gets its tokens (CIBA Core §5)."""

    POLL = "poll"
    PING = "ping"


class FAPIProfile(StrEnum):
    """`fapi_profile`, which is ours: to which profile of FAPI a client is held."""

    FAPI2_SECURITY = "fapi2_security"
    FAPI2_MESSAGE_SIGNING = "fapi2_message_signing"
    FAPI_CIBA = "fapi_ciba"


class SubjectType(StrEnum):
    """`subject_type`: whether every client sees the same `sub` (OIDC Core §8)."""

    PUBLIC = "public"
    PAIRWISE = "pairwise"


class ApplicationType(StrEnum):
    """`application_type`: where a client runs (OIDC Registration §2)."""

    WEB = "web"
    NATIVE = "native"


class SigningAlgorithm(StrEnum):
    """`alg` of a signature (RFC 7518 §3.1, RFC 9864 §2.2); EdDSA is Ed25519's older name."""

    RS256 = "RS256"
    PS256 = "PS256"
    ES256 = "ES256"
    ED25519 = "Ed25519"
    EDDSA = "EdDSA"


# FAPI 2.0 Security Profile §5.4.1
FAPI_ALGORITHMS = tuple(each for each in SigningAlgorithm if each is not SigningAlgorithm.RS256)


class KeyManagementAlgorithm(StrEnum):
    """`alg` of what is encrypted: how its key reaches the one reader (RFC 7518 §4.1)."""

    RSA_OAEP_256 = "RSA-OAEP-256"
    ECDH_ES = "ECDH-ES"
    ECDH_ES_A128KW = "ECDH-ES+A128KW"
    ECDH_ES_A256KW = "ECDH-ES+A256KW"


class ContentEncryptionAlgorithm(StrEnum):
    """`enc` of what is encrypted (RFC 7518 §5.1)."""

    A128CBC_HS256 = "A128CBC-HS256"
    A256GCM = "A256GCM"
    A128GCM = "A128GCM"


DEFAULT_ENC = ContentEncryptionAlgorithm.A128CBC_HS256  # OIDC Registration §2


class PublicKeyUse(StrEnum):
    """`use` of a public key: to verify, or to encrypt (RFC 7517 §4.2)."""

    SIG = "sig"
    ENC = "enc"


class ErrorCode(StrEnum):
    """`error` of every kind of answer."""

    # RFC 6749 §4.1.2.1, §5.2
    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    INVALID_SCOPE = "invalid_scope"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    ACCESS_DENIED = "access_denied"
    SERVER_ERROR = "server_error"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"

    # RFC 6750 §3.1
    INVALID_TOKEN = "invalid_token"
    INSUFFICIENT_SCOPE = "insufficient_scope"

    # RFC 7009 §2.2.1
    UNSUPPORTED_TOKEN_TYPE = "unsupported_token_type"

    # RFC 7591 §3.2.2
    INVALID_REDIRECT_URI = "invalid_redirect_uri"
    INVALID_CLIENT_METADATA = "invalid_client_metadata"
    INVALID_SOFTWARE_STATEMENT = "invalid_software_statement"
    UNAPPROVED_SOFTWARE_STATEMENT = "unapproved_software_statement"

    # RFC 8628 §3.5
    AUTHORIZATION_PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    EXPIRED_TOKEN = "expired_token"

    # CIBA Core §13
    UNKNOWN_USER_ID = "unknown_user_id"
    INVALID_BINDING_MESSAGE = "invalid_binding_message"
    MISSING_USER_CODE = "missing_user_code"
    INVALID_USER_CODE = "invalid_user_code"

    # RFC 8707 §2, RFC 9396 §5
    INVALID_TARGET = "invalid_target"
    INVALID_AUTHORIZATION_DETAILS = "invalid_authorization_details"

    # RFC 9449 §5, §8
    INVALID_DPOP_PROOF = "invalid_dpop_proof"
    USE_DPOP_NONCE = "use_dpop_nonce"

    # OIDC Core §3.1.2.6
    INTERACTION_REQUIRED = "interaction_required"
    LOGIN_REQUIRED = "login_required"
    ACCOUNT_SELECTION_REQUIRED = "account_selection_required"
    CONSENT_REQUIRED = "consent_required"
    INVALID_REQUEST_URI = "invalid_request_uri"
    INVALID_REQUEST_OBJECT = "invalid_request_object"
    REQUEST_NOT_SUPPORTED = "request_not_supported"
    REQUEST_URI_NOT_SUPPORTED = "request_uri_not_supported"
    REGISTRATION_NOT_SUPPORTED = "registration_not_supported"

    # OIDC Core Error Code unmet_authentication_requirements §2
    UNMET_AUTHENTICATION_REQUIREMENTS = "unmet_authentication_requirements"


# `client_assertion_type` of private_key_jwt (RFC 7523 §2.2)
CLIENT_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
