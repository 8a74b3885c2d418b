"""The plan of the Config profile: what the discovery document says (OIDC Discovery §3)."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.certification.conftest import Laboratory, read
from tests.parties.certification import check_jwks

PLANS = ("oidcc-config-certification-test-plan",)
MODULES = ("oidcc-discovery-endpoint-verification",)

RESPONSE_TYPES = {
    "code",
    "id_token",
    "id_token token",
    "code id_token",
    "code token",
    "code id_token token",
}
# All that this server may say is registered as authorization server metadata (RFC 8414 §7.1.2).
ENDPOINTS = (
    "authorization token userinfo registration introspection revocation end_session"
    " pushed_authorization_request device_authorization backchannel_authentication"
)
BOOLEANS = (
    "claims_parameter_supported request_parameter_supported request_uri_parameter_supported"
    " require_request_uri_registration require_pushed_authorization_requests"
    " authorization_response_iss_parameter_supported tls_client_certificate_bound_access_tokens"
    " frontchannel_logout_supported frontchannel_logout_session_supported"
    " backchannel_logout_supported backchannel_logout_session_supported"
    " backchannel_user_code_parameter_supported client_id_metadata_document_supported"
)
LISTS = (
    "scopes response_types response_modes grant_types acr_values subject_types claim_types claims"
    " ui_locales prompt_values code_challenge_methods authorization_details_types"
    " backchannel_token_delivery_modes backchannel_authentication_request_signing_alg_values"
    " dpop_signing_alg_values"
    " request_object_signing_alg_values request_object_encryption_alg_values"
    " request_object_encryption_enc_values"
)
SIGNED_OR_ENCRYPTED = "id_token userinfo authorization introspection"
AUTHENTICATED = "token_endpoint revocation_endpoint introspection_endpoint"
SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749 §A.4
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-\d{3})?")  # as BCP 47 writes it
SIGNATURES = {"RS256", "PS256", "ES256", "EdDSA", "Ed25519"}


def names_of_lists() -> set[str]:
    """Name the members that are lists of strings."""
    kinds = ("signing_alg", "encryption_alg", "encryption_enc")
    names = [*LISTS.split()]
    names += [f"{what}_{kind}_values" for what in SIGNED_OR_ENCRYPTED.split() for kind in kinds]
    names += [f"{each}_auth_methods" for each in AUTHENTICATED.split()]
    names += [f"{each}_auth_signing_alg_values" for each in AUTHENTICATED.split()]
    return {f"{name}_supported" for name in names}


def check_shape(document: dict[str, Any]) -> None:
    """Look whether everything in the document is registered, and of its type."""
    endpoints = {f"{name}_endpoint" for name in ENDPOINTS.split()}
    uris = endpoints | {"issuer", "jwks_uri", "check_session_iframe"}
    booleans, lists = set(BOOLEANS.split()), names_of_lists()
    aliases = document.get("mtls_endpoint_aliases", {})

    assert set(document) <= uris | booleans | lists | {"mtls_endpoint_aliases"}
    assert set(aliases) <= endpoints
    assert all(urlsplit(uri).scheme == "https" for uri in aliases.values())
    assert all(urlsplit(document[name]).scheme == "https" for name in uris & document.keys())
    assert all(type(document[name]) is bool for name in booleans & document.keys())
    for name in lists & document.keys():
        assert document[name]
        assert all(type(each) is str for each in document[name])


async def test_oidcc_discovery_endpoint_verification(lab: Laboratory) -> None:
    """All that is needed is there, and is true of this server."""
    document = await lab.read_metadata()
    jwks = check_jwks(await lab.http.get(document["jwks_uri"]))

    check_shape(document)
    issuer = urlsplit(document["issuer"])
    discovery_url = read("suite.json")["server"]["discoveryUrl"]
    assert discovery_url.removesuffix("/.well-known/openid-configuration") == document["issuer"]
    assert (issuer.query, issuer.fragment, issuer.username) == ("", "", None)
    needed = {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"}
    assert needed | {"registration_endpoint"} <= document.keys()
    assert all(uri.startswith(document["issuer"]) for uri in map(document.get, needed) if uri)

    assert set(document["response_types_supported"]) == RESPONSE_TYPES
    assert {"authorization_code", "implicit"} <= set(document["grant_types_supported"])
    assert set(document["subject_types_supported"]) == {"public", "pairwise"}
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "RS256" in document["request_object_signing_alg_values_supported"]
    assert {key["alg"] for key in jwks["keys"] if key["use"] == "sig"} <= SIGNATURES
    assert document["request_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is True
    assert document["claims_parameter_supported"] is True
    assert "openid" in document["scopes_supported"]
    assert all(SCOPE.fullmatch(scope) for scope in document["scopes_supported"])
    assert all(LANGUAGE.fullmatch(tag) for tag in document["ui_locales_supported"])
    assert document["code_challenge_methods_supported"] == ["S256"]
