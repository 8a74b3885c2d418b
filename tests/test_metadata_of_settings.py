"""What the metadata tells only where a setting switches it on."""

from idp.config import Config
from idp.metadata import metadata
from idp.vocabulary import (
    CERTIFICATE_METHODS,
    GrantType,
    ResponseType,
)
from tests.parties.certificates import BEHIND_PROXY, VERIFYING

ISSUER = "https://idp.example/tenant"
AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none", "private_key_jwt"]
CONFIDENTIAL_METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
ENCRYPTION_ALGORITHMS = ["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"]


def test_registration_of_people_is_announced_if_it_is_open() -> None:
    """prompt=create is offered only where it works."""
    document = metadata(Config(issuer=ISSUER, registration={"mode": "open", "verify_email": False}))

    assert "create" in document["prompt_values_supported"]


def test_encryption_of_request_objects_is_announced_if_there_are_keys() -> None:
    """The algorithms are those of the configuration."""
    keys = {"encryption_algorithms": ["ECDH-ES"]}

    document = metadata(Config(issuer=ISSUER, keys=keys))

    assert document["request_object_encryption_alg_values_supported"] == ["ECDH-ES"]
    assert document["request_object_encryption_enc_values_supported"][0] == "A128CBC-HS256"


def test_session_management_is_announced_if_it_is_on() -> None:
    """The page for frames is named only where it is."""
    document = metadata(Config(issuer=ISSUER, protocol={"session_management": True}))

    assert document["check_session_iframe"] == f"{ISSUER}/check-session"
    assert "check_session_iframe" not in metadata(Config(issuer=ISSUER))


def test_mutual_tls_is_announced_if_there_is_a_proxy_for_it() -> None:
    """Names in certificates count only where somebody verifies them (RFC 8705 §2, §3.3)."""
    unverified = metadata(Config(issuer=ISSUER, server=BEHIND_PROXY))
    verified = metadata(Config(issuer=ISSUER, server=VERIFYING))

    kinds = ("token", "introspection", "revocation")
    methods = {f"{kind}_endpoint_auth_methods_supported" for kind in kinds}
    assert all("self_signed_tls_client_auth" in unverified[each] for each in methods)
    assert all("tls_client_auth" not in unverified[each] for each in methods)
    assert all(set(CERTIFICATE_METHODS) <= set(verified[each]) for each in methods)
    assert unverified["tls_client_certificate_bound_access_tokens"] is True
    assert "mtls_endpoint_aliases" not in verified
    assert "tls_client_certificate_bound_access_tokens" not in metadata(Config(issuer=ISSUER))


def test_aliases_for_mutual_tls() -> None:
    """The same paths under another name; what people visit stays where it is (RFC 8705 §5)."""
    server = BEHIND_PROXY | {"mtls_url": "https://mtls.idp.example:8443"}

    document = metadata(Config(issuer=ISSUER, server=server))

    mtls = "https://mtls.idp.example:8443/tenant"
    assert (
        document["mtls_endpoint_aliases"].items()
        >= {
            "token_endpoint": f"{mtls}/token",
            "userinfo_endpoint": f"{mtls}/userinfo",
            "introspection_endpoint": f"{mtls}/introspect",
            "revocation_endpoint": f"{mtls}/revoke",
        }.items()
    )
    assert set(document["mtls_endpoint_aliases"]) <= set(document)
    assert "authorization_endpoint" not in document["mtls_endpoint_aliases"]
    assert (document["issuer"], document["token_endpoint"]) == (ISSUER, f"{ISSUER}/token")


def test_pushing_is_announced_and_whether_all_have_to() -> None:
    """The endpoint is always there (RFC 9126 §5)."""
    document = metadata(Config(issuer=ISSUER))
    strict = metadata(
        Config(issuer=ISSUER, protocol={"require_pushed_authorization_requests": True})
    )

    assert document["pushed_authorization_request_endpoint"] == f"{ISSUER}/par"
    assert document["require_pushed_authorization_requests"] is False
    assert strict["require_pushed_authorization_requests"] is True


def test_client_id_metadata_documents_are_announced_if_they_are_taken() -> None:
    """Clients look there before they send anybody (Client ID Metadata Documents §6)."""
    taken = {"client_id_metadata_documents": True}
    name = "client_id_metadata_document_supported"

    assert metadata(Config(issuer=ISSUER, client_registration=taken))[name] is True
    assert name not in metadata(Config(issuer=ISSUER))


def test_implicit_is_announced_if_it_is_on() -> None:
    """Both lists follow the setting, and have all that there is if it is on."""
    document = metadata(Config(issuer=ISSUER, protocol={"implicit": True}))

    usual = set(GrantType) - {GrantType.JWT_BEARER}
    assert set(document["grant_types_supported"]) == usual
    assert set(document["response_types_supported"]) == set(ResponseType)
    without = metadata(Config(issuer=ISSUER))
    assert set(without["grant_types_supported"]) == usual - {GrantType.IMPLICIT}
    assert without["response_types_supported"] == ["code"]


def test_jwt_bearer_is_announced_if_anybody_is_believed() -> None:
    """Without an issuer, no assertion is good."""
    issuers = {"https://ci.example": {"jwks": "ci.json", "user_by": "sub"}}
    document = metadata(Config(issuer=ISSUER, trusted_issuers=issuers))

    assert set(document["grant_types_supported"]) == set(GrantType) - {GrantType.IMPLICIT}
