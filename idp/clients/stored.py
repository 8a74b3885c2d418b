"""A client as its row makes it; its metadata was validated when it was stored (RFC 7591 §2)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from idp.clients.languages import in_english
from idp.clients.model import Client, SecretDigest
from idp.storage.clients import CLIENTS_KEPT, ClientRow
from idp.vocabulary import (
    ApplicationType,
    BackchannelTokenDeliveryMode,
    ContentEncryptionAlgorithm,
    FAPIProfile,
    KeyManagementAlgorithm,
    SigningAlgorithm,
    TokenEndpointAuthMethod,
)


@lru_cache(maxsize=CLIENTS_KEPT)
def client_from(row: ClientRow) -> Client:
    """Make a client of its row; its metadata was validated when it was stored."""
    shown = in_english(row.metadata)
    return Client(
        **{name: read(shown[name]) for name, read in STORED.items() if name in shown},
        client_id=row.client_id,
        is_disabled=row.disabled_at is not None,
        secrets=_secrets_of(row),
        created_at=row.created_at,
        registration_token_digest=row.registration_token_digest,
        used_at=row.used_at,
        document_expires_at=row.document_expires_at,
        sector_key=row.sector_key,
        metadata=row.metadata,
    )


def _as_it_is(value: Any) -> Any:
    return value


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Which members of the stored metadata a client has as attributes, and how JSON becomes their type.
STORED: dict[str, Callable[[Any], Any]] = {
    "client_name": _as_it_is,
    "client_uri": _as_it_is,
    "logo_uri": _as_it_is,
    "policy_uri": _as_it_is,
    "tos_uri": _as_it_is,
    "initiate_login_uri": _as_it_is,
    "contacts": tuple,
    "software_id": _as_it_is,
    "software_version": _as_it_is,
    "redirect_uris": tuple,
    "post_logout_redirect_uris": tuple,
    "grant_types": frozenset,
    "response_types": frozenset,
    "scope": _words,
    "application_type": ApplicationType,
    "token_endpoint_auth_method": TokenEndpointAuthMethod,
    "token_endpoint_auth_signing_alg": SigningAlgorithm,
    "jwks": _as_it_is,
    "jwks_uri": _as_it_is,
    "request_uris": tuple,
    "request_object_signing_alg": SigningAlgorithm,
    "require_signed_request_object": _as_it_is,
    "require_pushed_authorization_requests": _as_it_is,
    "id_token_signed_response_alg": SigningAlgorithm,
    "id_token_encrypted_response_alg": KeyManagementAlgorithm,
    "id_token_encrypted_response_enc": ContentEncryptionAlgorithm,
    "userinfo_signed_response_alg": SigningAlgorithm,
    "userinfo_encrypted_response_alg": KeyManagementAlgorithm,
    "userinfo_encrypted_response_enc": ContentEncryptionAlgorithm,
    "authorization_signed_response_alg": SigningAlgorithm,
    "authorization_encrypted_response_alg": KeyManagementAlgorithm,
    "authorization_encrypted_response_enc": ContentEncryptionAlgorithm,
    "introspection_signed_response_alg": SigningAlgorithm,
    "introspection_encrypted_response_alg": KeyManagementAlgorithm,
    "introspection_encrypted_response_enc": ContentEncryptionAlgorithm,
    "default_max_age": _as_it_is,
    "require_auth_time": _as_it_is,
    "default_acr_values": tuple,
    "backchannel_logout_uri": _as_it_is,
    "backchannel_logout_session_required": _as_it_is,
    "backchannel_token_delivery_mode": BackchannelTokenDeliveryMode,
    "backchannel_client_notification_endpoint": _as_it_is,
    "backchannel_authentication_request_signing_alg": SigningAlgorithm,
    "backchannel_user_code_parameter": _as_it_is,
    "frontchannel_logout_uri": _as_it_is,
    "frontchannel_logout_session_required": _as_it_is,
    "tls_client_certificate_bound_access_tokens": _as_it_is,
    "dpop_bound_access_tokens": _as_it_is,
    "access_token_format": _as_it_is,
    "access_token_signed_response_alg": SigningAlgorithm,
    "require_pkce": _as_it_is,
    "require_second_factor": _as_it_is,
    "fapi_profile": FAPIProfile,
    "accent_color": _as_it_is,
    "first_party": _as_it_is,
    "resource_server": _as_it_is,
    "resources": tuple,
    "authorization_details_types": tuple,
    "trusted_issuers": frozenset,
    "token_exchange_audiences": frozenset,
}


def _secrets_of(row: ClientRow) -> tuple[SecretDigest, ...]:
    secrets = []
    if row.secret_digest is not None:
        secrets.append(SecretDigest(row.secret_digest))
    if row.old_secret_digest is not None:
        secrets.append(SecretDigest(row.old_secret_digest, row.old_secret_expires_at))
    return tuple(secrets)
