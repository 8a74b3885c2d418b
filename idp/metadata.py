"""Metadata: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2, one document for both.

Derived from what is registered in authorization_server.py and mounted by paths.py.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from idp import paths
from idp.authorization_server import (
    CLIENT_AUTH_METHODS,
    GRANT_TYPES,
    METHODS_WITH_KEYS,
    RESPONSE_MODES,
)
from idp.config import Config
from idp.oauth2 import pkce
from idp.oidc.acr import acr_values_supported
from idp.oidc.claims import claims_supported
from idp.vocabulary import (
    BackchannelTokenDeliveryMode,
    ContentEncryptionAlgorithm,
    GrantType,
    KeyManagementAlgorithm,
    Prompt,
    Scope,
    SigningAlgorithm,
    SubjectType,
)
from idp.vocabulary import TokenEndpointAuthMethod as Method

ASSERTION_ALGORITHMS = [str(algorithm) for algorithm in SigningAlgorithm]
ENCRYPTION_ALGORITHMS = [str(algorithm) for algorithm in KeyManagementAlgorithm]
CONTENT_ENCRYPTION_ALGORITHMS = [str(algorithm) for algorithm in ContentEncryptionAlgorithm]
ENGLISH_ALONE = ("en",)
# Those that clients call themselves, and not by way of a browser (RFC 8705 §5).
ALIASED = (
    "token_endpoint",
    "userinfo_endpoint",
    "introspection_endpoint",
    "revocation_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
)


def metadata(config: Config, ui_locales: Sequence[str] = ENGLISH_ALONE) -> dict[str, Any]:
    """Describe this server."""
    described = _endpoints(config) | _supported(config) | {"ui_locales_supported": [*ui_locales]}
    if config.client_registration.client_id_metadata_documents:
        described["client_id_metadata_document_supported"] = True
    described |= _encryption(config) | _client_authentication(config)
    return described | _mutual_tls(config, described)


def metadata_document(config: Config, ui_locales: Sequence[str] = ENGLISH_ALONE) -> bytes:
    """Describe this server, as it is sent; `ui_locales` are the languages of its pages."""
    return json.dumps(metadata(config, ui_locales), indent=2).encode()


def _endpoints(config: Config) -> dict[str, Any]:
    mounted = {
        "authorization_endpoint": paths.AUTHORIZATION,
        "token_endpoint": paths.TOKEN,
        "pushed_authorization_request_endpoint": paths.PUSHED_AUTHORIZATION_REQUEST,
        "userinfo_endpoint": paths.USERINFO,
        "introspection_endpoint": paths.INTROSPECTION,
        "revocation_endpoint": paths.REVOCATION,
        "end_session_endpoint": paths.END_SESSION,
        "device_authorization_endpoint": paths.DEVICE_AUTHORIZATION,
        "backchannel_authentication_endpoint": paths.BACKCHANNEL_AUTHENTICATION,
        "jwks_uri": paths.JWKS,
    }
    if config.client_registration.mode != "off":
        mounted["registration_endpoint"] = paths.REGISTRATION
    if config.protocol.session_management:
        mounted["check_session_iframe"] = paths.CHECK_SESSION
    return {"issuer": config.issuer} | {
        name: config.issuer + path for name, path in mounted.items()
    }


def _supported(config: Config) -> dict[str, Any]:
    prompts = [str(p) for p in Prompt if p is not Prompt.CREATE or config.registration.is_open]
    return {
        "response_types_supported": [str(each) for each in config.protocol.response_types],
        "response_modes_supported": [str(each) for each in RESPONSE_MODES],
        "grant_types_supported": _grant_types(config),
        "scopes_supported": [*(str(each) for each in Scope), *config.scopes],
        "claims_supported": claims_supported(),
        "claim_types_supported": ["normal"],
        "acr_values_supported": acr_values_supported(),
        "subject_types_supported": [str(each) for each in SubjectType],
        "id_token_signing_alg_values_supported": list(config.keys.algorithms),
        "userinfo_signing_alg_values_supported": list(config.keys.algorithms),
        "authorization_signing_alg_values_supported": list(config.keys.algorithms),
        "introspection_signing_alg_values_supported": list(config.keys.algorithms),
        "code_challenge_methods_supported": [pkce.METHOD],
        "prompt_values_supported": prompts,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_token_delivery_modes_supported": [*BackchannelTokenDeliveryMode],
        "backchannel_user_code_parameter_supported": True,
        "backchannel_authentication_request_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "require_pushed_authorization_requests": (
            config.protocol.require_pushed_authorization_requests
        ),
        "request_object_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "dpop_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        **_authorization_details(config),
    }


def _authorization_details(config: Config) -> dict[str, Any]:
    """Tell which types of authorization details there are (RFC 9396 §10)."""
    types = list(config.authorization_details_types)
    return {"authorization_details_types_supported": types} if types else {}


def _encryption(config: Config) -> dict[str, Any]:
    """Tell how answers are encrypted, and request objects if there are keys for that."""
    to_client = ("id_token", "userinfo", "authorization", "introspection")
    by_kind = dict.fromkeys(to_client, ENCRYPTION_ALGORITHMS)
    if config.keys.encryption_algorithms:
        by_kind["request_object"] = list(config.keys.encryption_algorithms)
    supported: dict[str, Any] = {}
    for kind, algorithms in by_kind.items():
        supported[f"{kind}_encryption_alg_values_supported"] = algorithms
        supported[f"{kind}_encryption_enc_values_supported"] = CONTENT_ENCRYPTION_ALGORITHMS
    return supported


def _grant_types(config: Config) -> list[str]:
    by_browser = [str(GrantType.IMPLICIT)] if config.protocol.implicit else []
    usable = [each.GRANT_TYPE for each in GRANT_TYPES if each.GRANT_TYPE in config.grant_types]
    return [str(each) for each in usable] + by_browser


def _mutual_tls(config: Config, described: Mapping[str, Any]) -> dict[str, Any]:
    """Tell where certificates are asked for, and that tokens can be bound to them (RFC 8705)."""
    if not config.server.client_certificate_header:
        return {}
    bound = {"tls_client_certificate_bound_access_tokens": True}
    if not config.server.mtls_url:
        return bound
    alias = paths.alias_of(config.issuer, config.server.mtls_url)
    aliases = {
        name: alias + described[name].removeprefix(config.issuer)
        for name in ALIASED
        if name in described
    }
    return bound | {"mtls_endpoint_aliases": aliases}


def _client_authentication(config: Config) -> dict[str, Any]:
    registered = (*(method for method, _ in CLIENT_AUTH_METHODS), *METHODS_WITH_KEYS)
    methods = [str(method) for method in registered if method in config.server.auth_methods]
    confidential = [method for method in methods if method != Method.NONE]
    accepted = {
        "token_endpoint": methods,
        "introspection_endpoint": confidential,
        "revocation_endpoint": methods,
    }
    return {
        key: value
        for endpoint, values in accepted.items()
        for key, value in (
            (f"{endpoint}_auth_methods_supported", values),
            (f"{endpoint}_auth_signing_alg_values_supported", ASSERTION_ALGORITHMS),
        )
    }
