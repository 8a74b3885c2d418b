"""Clients of the FAPI profiles: what follows from one word in their metadata.

FAPI 2.0 Security Profile §5.3.2, §5.4.1; FAPI 2.0 Message Signing §5; FAPI-CIBA §5.2.2, which goes
by FAPI 1.0 Advanced.
"""

from collections.abc import Collection, Mapping
from typing import Any

from idp.clients.errors import InvalidClientMetadata
from idp.vocabulary import FAPI_ALGORITHMS, FAPIProfile, GrantType, SigningAlgorithm
from idp.vocabulary import TokenEndpointAuthMethod as Method

AUTH_METHODS = (
    Method.PRIVATE_KEY_JWT,
    Method.TLS_CLIENT_AUTH,
    Method.SELF_SIGNED_TLS_CLIENT_AUTH,
)
GRANT_TYPES_REFUSED = (GrantType.IMPLICIT, GrantType.PASSWORD)
# FAPI-CIBA says nothing of them, so a client that needs them is another one, of another profile.
WITHOUT_CIBA = (GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE)
BY_KEY, BY_CERTIFICATE = "dpop_bound_access_tokens", "tls_client_certificate_bound_access_tokens"
REQUEST_ALG = "backchannel_authentication_request_signing_alg"
SENDER_CONSTRAINED = (BY_KEY, BY_CERTIFICATE)
MUST_BE_TRUE = {
    FAPIProfile.FAPI2_SECURITY: ("require_pushed_authorization_requests", "require_pkce"),
    FAPIProfile.FAPI2_MESSAGE_SIGNING: (
        "require_pushed_authorization_requests",
        "require_pkce",
        "require_signed_request_object",
    ),
    FAPIProfile.FAPI_CIBA: (BY_CERTIFICATE,),
}
# By which algorithm this server signs for the client, and the client for this server.
SIGNED = (
    "id_token_signed_response_alg",
    "access_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
    "token_endpoint_auth_signing_alg",
    "request_object_signing_alg",
    REQUEST_ALG,
)
ALWAYS_SIGNED = (
    "id_token_signed_response_alg",
    "access_token_signed_response_alg",
    "authorization_signed_response_alg",
)


def defaults_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a client of a profile is registered for where it does not say otherwise."""
    if "fapi_profile" not in given:
        return {}
    profile = FAPIProfile(given["fapi_profile"])
    if profile is FAPIProfile.FAPI_CIBA:
        return _defaults_of_ciba()
    return {
        "token_endpoint_auth_method": Method.PRIVATE_KEY_JWT.value,
        BY_KEY: not given.get(BY_CERTIFICATE, False),
        **dict.fromkeys(MUST_BE_TRUE[profile], True),
        **dict.fromkeys(ALWAYS_SIGNED, SigningAlgorithm.ES256.value),
    }


def check_fapi_profile(metadata: Mapping[str, Any]) -> None:
    """Nothing that a client is registered for may be weaker than its profile."""
    if "fapi_profile" not in metadata:
        return
    if metadata["token_endpoint_auth_method"] not in AUTH_METHODS:
        raise InvalidClientMetadata(
            "token_endpoint_auth_method must be private_key_jwt or one by certificate if there is"
            " a fapi_profile."
        )
    profile = FAPIProfile(metadata["fapi_profile"])
    for name in MUST_BE_TRUE[profile]:
        if not metadata.get(name):
            raise InvalidClientMetadata(f"{name} must be true with this fapi_profile.")
    if not any(metadata.get(name) for name in SENDER_CONSTRAINED):
        raise InvalidClientMetadata(
            f"{BY_KEY} or {BY_CERTIFICATE} must be true if there is a fapi_profile."
        )
    for name in SIGNED:
        if name in metadata and metadata[name] not in FAPI_ALGORITHMS:
            raise InvalidClientMetadata(
                f"{name} must be PS256, ES256, Ed25519 or EdDSA if there is a fapi_profile."
            )
    for grant_type in GRANT_TYPES_REFUSED:
        if grant_type in metadata["grant_types"]:
            raise InvalidClientMetadata(
                f"grant_types must not have {grant_type} if there is a fapi_profile."
            )
    if profile is FAPIProfile.FAPI_CIBA:
        _check_ciba(metadata["grant_types"])


def _defaults_of_ciba() -> dict[str, Any]:
    """Give what is usual there; that tokens are bound is said, since the proxy has to be ready."""
    return {
        "token_endpoint_auth_method": Method.PRIVATE_KEY_JWT.value,
        **dict.fromkeys((*ALWAYS_SIGNED, REQUEST_ALG), SigningAlgorithm.ES256.value),
    }


def _check_ciba(grant_types: Collection[str]) -> None:
    if GrantType.CIBA not in grant_types:
        raise InvalidClientMetadata(
            f"grant_types must have {GrantType.CIBA} with this fapi_profile."
        )
    for grant_type in WITHOUT_CIBA:
        if grant_type in grant_types:
            raise InvalidClientMetadata(
                f"grant_types must not have {grant_type} with this fapi_profile."
            )
