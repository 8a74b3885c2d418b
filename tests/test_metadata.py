"""The metadata: only registered names, and exactly what is registered and mounted."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oidc.discovery import OpenIDProviderMetadata
from starlette.applications import Starlette
from starlette.routing import Match

from idp.authorization_server import GRANT_TYPES, AuthorizationServer
from idp.config import Config
from idp.metadata import metadata
from idp.oidc import acr
from idp.vocabulary import (
    CERTIFICATE_METHODS,
    GrantType,
    ResponseMode,
    TokenEndpointAuthMethod,
)
from idp.web.provider import Provider
from tests.conftest import Configure

ISSUER = "https://idp.example/tenant"

# RFC 9207 §3, RP-Initiated Logout §2.1, Initiating User Registration §4.1, Discovery §3,
# Back-Channel Logout §2.1, Front-Channel Logout §3, Session Management §3.3, JARM §4,
# RFC 9126 §5, RFC 9449 §5.1, RFC 9701 §7, CIBA §4, Client ID Metadata Documents §6
MORE_NAMES = {
    "authorization_encryption_alg_values_supported",
    "authorization_encryption_enc_values_supported",
    "authorization_signing_alg_values_supported",
    "introspection_encryption_alg_values_supported",
    "introspection_encryption_enc_values_supported",
    "introspection_signing_alg_values_supported",
    "authorization_response_iss_parameter_supported",
    "backchannel_logout_session_supported",
    "backchannel_logout_supported",
    "backchannel_authentication_endpoint",
    "backchannel_authentication_request_signing_alg_values_supported",
    "backchannel_token_delivery_modes_supported",
    "backchannel_user_code_parameter_supported",
    "check_session_iframe",
    "dpop_signing_alg_values_supported",
    "client_id_metadata_document_supported",
    "frontchannel_logout_session_supported",
    "frontchannel_logout_supported",
    "device_authorization_endpoint",
    "end_session_endpoint",
    "prompt_values_supported",
    "pushed_authorization_request_endpoint",
    "require_pushed_authorization_requests",
    "userinfo_endpoint",
}


@pytest.fixture(params=[False, True], ids=["code alone", "implicit"])
def config(request: pytest.FixtureRequest, configure: Configure) -> Config:
    """Let tokens travel by way of the browser, or not."""
    return configure(protocol={"implicit": request.param})


@pytest.fixture
def document() -> dict[str, Any]:
    """Describe a server whose issuer has a path, and which has a scope of its own."""
    return metadata(Config(issuer=ISSUER, scopes={"notes.read": "Read your notes"}))


def test_names_are_registered(document: dict[str, Any]) -> None:
    """A name that nobody knows helps nobody, and may come to mean something else."""
    known = {
        *AuthorizationServerMetadata.REGISTRY_KEYS,
        *OpenIDProviderMetadata.REGISTRY_KEYS,
        *MORE_NAMES,
    }

    assert set(document) - known == set()


def test_document_is_valid_for_both_standards(document: dict[str, Any]) -> None:
    """OpenID Connect Discovery 1.0 §3 and RFC 8414 §2."""
    OpenIDProviderMetadata(document).validate()
    AuthorizationServerMetadata(document).validate()


def test_issuer_is_the_configured_string_and_all_urls_are_below_it(
    document: dict[str, Any],
) -> None:
    """Clients compare the issuer letter for letter."""
    urls = [
        value
        for name, value in document.items()
        if name.endswith("_endpoint") or name == "jwks_uri"
    ]

    assert document["issuer"] == ISSUER
    assert len(urls) == 10
    assert all(url.startswith(f"{ISSUER}/") for url in urls)


def test_what_is_supported(document: dict[str, Any]) -> None:
    """The whole list, so that a change of what is promised is seen in review."""
    assert {name: value for name, value in document.items() if name.endswith("supported")} == {
        "response_types_supported": ["code"],
        "response_modes_supported": [
            "query",
            "fragment",
            "form_post",
            "jwt",
            "query.jwt",
            "fragment.jwt",
            "form_post.jwt",
        ],
        "grant_types_supported": [
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "password",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:openid:params:grant-type:ciba",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        "scopes_supported": [
            "openid",
            "profile",
            "email",
            "address",
            "phone",
            "offline_access",
            "notes.read",
        ],
        "claims_supported": [
            "sub",
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
            "email",
            "email_verified",
            "address",
            "phone_number",
            "phone_number_verified",
        ],
        "acr_values_supported": [acr.PASSWORD, acr.MULTI_FACTOR, acr.PHISHING_RESISTANT],
        "ui_locales_supported": ["en"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "Ed25519"],
        "claim_types_supported": ["normal"],
        "id_token_encryption_alg_values_supported": ENCRYPTION_ALGORITHMS,
        "id_token_encryption_enc_values_supported": ["A128CBC-HS256", "A256GCM", "A128GCM"],
        "authorization_signing_alg_values_supported": ["RS256", "ES256", "Ed25519"],
        "authorization_encryption_alg_values_supported": ENCRYPTION_ALGORITHMS,
        "authorization_encryption_enc_values_supported": ["A128CBC-HS256", "A256GCM", "A128GCM"],
        "introspection_signing_alg_values_supported": ["RS256", "ES256", "Ed25519"],
        "introspection_encryption_alg_values_supported": ENCRYPTION_ALGORITHMS,
        "introspection_encryption_enc_values_supported": ["A128CBC-HS256", "A256GCM", "A128GCM"],
        "userinfo_signing_alg_values_supported": ["RS256", "ES256", "Ed25519"],
        "userinfo_encryption_alg_values_supported": ENCRYPTION_ALGORITHMS,
        "userinfo_encryption_enc_values_supported": ["A128CBC-HS256", "A256GCM", "A128GCM"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_token_delivery_modes_supported": ["poll", "ping"],
        "backchannel_user_code_parameter_supported": True,
        "backchannel_authentication_request_signing_alg_values_supported": ALGORITHMS,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "request_object_signing_alg_values_supported": ALGORITHMS,
        "dpop_signing_alg_values_supported": ALGORITHMS,
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL_METHODS,
        "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    }


AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none", "private_key_jwt"]
CONFIDENTIAL_METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
ENCRYPTION_ALGORITHMS = ["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"]


def test_every_word_of_the_vocabulary_is_registered() -> None:
    """What a client may register for is what the server does."""
    assert {each.GRANT_TYPE for each in GRANT_TYPES} == set(GrantType) - {GrantType.IMPLICIT}
    assert {*AUTH_METHODS, *CERTIFICATE_METHODS} == set(TokenEndpointAuthMethod)
    assert set(metadata(Config(issuer=ISSUER))["response_modes_supported"]) == set(ResponseMode)


async def test_promised_endpoints_are_mounted(
    app: Starlette, provider: Provider, config: Config
) -> None:
    """Every URL of the document leads to something, and every grant type to its class."""
    document = metadata(config)
    paths = [urlsplit(url).path for name, url in document.items() if name.endswith("endpoint")]
    server: AuthorizationServer = provider.authorization_server

    unmounted = [
        path
        for path in [*paths, urlsplit(document["jwks_uri"]).path]
        if not any(
            route.matches({"type": "http", "method": "GET", "path": path, "headers": []})[0]
            is not Match.NONE
            for route in app.routes
        )
    ]

    assert unmounted == []
    registered = [str(grant.GRANT_TYPE) for grant, _ in server._token_grants]
    promised = document["grant_types_supported"]
    assert registered == [each for each in promised if each != GrantType.IMPLICIT]
