"""Client metadata: what is accepted, what is added, and what is refused in which words."""

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.clients.errors import InvalidClientMetadata, InvalidRedirectURI
from idp.clients.members import members
from idp.clients.metadata import UNSUPPORTED, validate
from idp.config import Config
from idp.vocabulary import ErrorCode
from tests.clients.test_metadata_garbage import assert_plain

URI = "https://rp.example/cb"
CODE = {"redirect_uris": [URI]}
MACHINE = {"grant_types": ["client_credentials"]}
KEY = ECKey.generate_key("P-256").as_dict(private=False)
PRIVATE_KEY = ECKey.generate_key("P-256").as_dict(private=True)
ASSERTION = {**CODE, "token_endpoint_auth_method": "private_key_jwt"}
PUBLIC = {**CODE, "token_endpoint_auth_method": "none"}


def test_a_client_with_redirect_uris_only_gets_the_defaults(config: Config):
    """The defaults are those of the standards (RFC 7591 §2, OIDC Registration §2)."""
    metadata = validate(CODE, config)

    assert metadata == {
        "application_type": "web",
        "redirect_uris": [URI],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "openid profile email address phone offline_access",
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "RS256",
        "authorization_signed_response_alg": "RS256",
        "require_auth_time": False,
        "access_token_format": "jwt",
        "access_token_signed_response_alg": "RS256",
        "require_second_factor": False,
        "first_party": False,
        "resource_server": False,
    }


def test_a_machine_gets_neither_scope_nor_response_type(config: Config):
    """The client credentials grant has no user to ask for."""
    metadata = validate(MACHINE, config)

    assert (metadata["scope"], metadata["response_types"]) == ("", [])


def test_everything_that_is_registered_comes_back(config: Config):
    """Members keep the values that were asked for."""
    asked = {
        "client_name": "B\u00fccher & Co",
        "client_uri": "https://rp.example/#about",
        "logo_uri": "https://rp.example/logo.svg",
        "policy_uri": "https://rp.example/policy",
        "tos_uri": "http://localhost:3000/tos",
        "initiate_login_uri": "https://rp.example/login",
        "contacts": ["admin@rp.example"],
        "software_id": "notes",
        "software_version": "1.2",
        "application_type": "native",
        "redirect_uris": [URI, "com.example.app:/cb", "http://127.0.0.1/cb"],
        "post_logout_redirect_uris": ["https://rp.example/bye"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "openid orders:read",
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "Ed25519",
        "jwks_uri": "https://rp.example/jwks",
        "subject_type": "public",
        "id_token_signed_response_alg": "ES256",
        "authorization_signed_response_alg": "ES256",
        "default_max_age": 0,
        "require_auth_time": True,
        "dpop_bound_access_tokens": True,
        "access_token_format": "opaque",
        "access_token_signed_response_alg": "ES256",
        "require_pkce": False,
        "require_second_factor": True,
        "first_party": True,
        "resource_server": True,
    }

    assert validate(asked, config) == asked
    assert json.loads(json.dumps(asked)) == asked


def test_unknown_and_empty_members_are_ignored(config: Config):
    """A client may come from elsewhere (RFC 7591 §2), and null is nothing."""
    more = {"software": {"a": float("nan")}, "client_name": None, "tls_x": 1, "client_id": "x"}
    unsupported = {"tls_client_certificate_bound_access_tokens": False, "jwks_uri": None}

    assert validate({**CODE, **more, **unsupported}, config) == validate(CODE, config)


def test_what_stands_there_twice_is_kept_once(config: Config):
    """Lists are sets in disguise."""
    metadata = validate({"redirect_uris": [URI, URI], "scope": "openid  openid "}, config)

    assert (metadata["redirect_uris"], metadata["scope"]) == ([URI], "openid")


def test_only_public_members_of_keys_are_stored(config: Config):
    """What else a JWK Set holds is of no use here."""
    jwks = {"keys": [{**KEY, "x5c": ["AA"]}], "comment": float("nan")}

    metadata = validate({**ASSERTION, "jwks": jwks}, config)

    assert metadata["jwks"] == {"keys": [KEY]}


@pytest.mark.parametrize(
    "redirect_uris",
    [
        None,
        [],
        "https://rp.example/cb",
        {URI: URI},
        [1],
        [None],
        [[URI]],
        [URI, "http://rp.example/cb"],
        ["com.example.app:/cb"],
        ["javascript:alert(1)"],
        [URI + "#x"],
        [URI + "\u0000"],
        [f"{URI}{number}" for number in range(51)],
    ],
)
def test_a_redirect_uri_is_refused(redirect_uris: object, config: Config):
    """The error says that it was a redirect URI (RFC 7591 §3.2.2)."""
    with pytest.raises(InvalidRedirectURI) as refusal:
        validate({"redirect_uris": redirect_uris}, config)

    assert refusal.value.error == ErrorCode.INVALID_REDIRECT_URI
    assert refusal.value.description.startswith("redirect_uris")


@pytest.mark.parametrize(
    ("asked", "member"),
    [
        ({"client_name": 1}, "client_name"),
        ({"client_name": " "}, "client_name"),
        ({"client_name": "a\u0000b"}, "client_name"),
        ({"client_name": "a\u202eb"}, "client_name"),
        ({"client_name": "\ud800"}, "client_name"),
        ({"client_name": "x" * 101}, "client_name"),
        ({"client_uri": "javascript:alert(1)"}, "client_uri"),
        ({"logo_uri": "data:image/svg+xml,x"}, "logo_uri"),
        ({"policy_uri": "http://rp.example/"}, "policy_uri"),
        ({"tos_uri": "https://rp.example/#<x>"}, "tos_uri"),
        ({"tos_uri": ["https://rp.example/"]}, "tos_uri"),
        ({"initiate_login_uri": "http://localhost/login"}, "initiate_login_uri"),
        ({"initiate_login_uri": "https://rp.example/#login"}, "initiate_login_uri"),
        ({"software_id": ["notes"]}, "software_id"),
        ({"software_version": 1}, "software_version"),
        ({"contacts": "admin@rp.example"}, "contacts"),
        ({"contacts": [{}]}, "contacts"),
        ({"application_type": "service"}, "application_type"),
        ({"application_type": ["web"]}, "application_type"),
        ({"post_logout_redirect_uris": ["http://rp.example/"]}, "post_logout_redirect_uris"),
        ({"post_logout_redirect_uris": 1}, "post_logout_redirect_uris"),
        ({"grant_types": "authorization_code"}, "grant_types"),
        ({"grant_types": ["implicit"]}, "grant_types"),
        ({"grant_types": [["password"]]}, "grant_types"),
        ({"grant_types": [], "response_types": []}, "grant_types"),
        ({"grant_types": ["refresh_token"]}, "grant_types"),
        ({"grant_types": ["client_credentials", "refresh_token"]}, "grant_types"),
        ({"grant_types": ["client_credentials"], "response_types": ["code"]}, "grant_types"),
        ({"response_types": []}, "response_types"),
        ({"response_types": ["token"]}, "response_types"),
        ({"scope": ["openid"]}, "scope"),
        ({"scope": "openid admin"}, "scope"),
        ({"scope": "openid\torders:read"}, "scope"),
        ({"scope": "openid " * 1000}, "scope"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": True}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_signing_alg": "none"}, "token_endpoint_auth_signing_alg"),
        ({"token_endpoint_auth_signing_alg": "HS256"}, "token_endpoint_auth_signing_alg"),
        ({"subject_type": "paired"}, "subject_type"),
        ({"id_token_signed_response_alg": "none"}, "id_token_signed_response_alg"),
        ({"id_token_signed_response_alg": "PS256"}, "id_token_signed_response_alg"),
        ({"authorization_signed_response_alg": "none"}, "authorization_signed_response_alg"),
        ({"authorization_signed_response_alg": "PS256"}, "authorization_signed_response_alg"),
        ({"introspection_signed_response_alg": "none"}, "introspection_signed_response_alg"),
        ({"introspection_signed_response_alg": "PS256"}, "introspection_signed_response_alg"),
        ({"access_token_signed_response_alg": "HS256"}, "access_token_signed_response_alg"),
        ({"access_token_format": "saml"}, "access_token_format"),
        ({"default_max_age": -1}, "default_max_age"),
        ({"default_max_age": True}, "default_max_age"),
        ({"default_max_age": 1.5}, "default_max_age"),
        ({"default_max_age": float("nan")}, "default_max_age"),
        ({"default_max_age": 10**30}, "default_max_age"),
        ({"require_auth_time": "true"}, "require_auth_time"),
        ({"require_pkce": 1}, "require_pkce"),
        ({"first_party": "yes"}, "first_party"),
        ({"resource_server": 1}, "resource_server"),
        (ASSERTION, "jwks"),
        ({**ASSERTION, "jwks": {"keys": [KEY]}, "jwks_uri": URI}, "jwks"),
        ({"jwks": {"keys": [KEY]}, "jwks_uri": URI}, "jwks"),
        ({**ASSERTION, "jwks": [KEY]}, "jwks"),
        ({**ASSERTION, "jwks": "{}"}, "jwks"),
        ({**ASSERTION, "jwks": {"keys": []}}, "jwks"),
        ({**ASSERTION, "jwks": {"keys": [KEY] * 51}}, "jwks"),
        ({**ASSERTION, "jwks": {"keys": [PRIVATE_KEY]}}, "jwks"),
        ({**ASSERTION, "jwks": {"keys": [KEY, {"kty": "AKP"}]}}, "jwks"),
        ({**ASSERTION, "jwks_uri": "http://127.0.0.1/jwks"}, "jwks_uri"),
        ({**ASSERTION, "jwks_uri": "https://rp.example/jwks#x"}, "jwks_uri"),
        ({**ASSERTION, "jwks_uri": 1}, "jwks_uri"),
        ({**PUBLIC, "grant_types": ["password"]}, "token_endpoint_auth_method"),
        ({**PUBLIC, "grant_types": ["client_credentials"]}, "token_endpoint_auth_method"),
        ({**PUBLIC, "resource_server": True}, "token_endpoint_auth_method"),
    ],
)
def test_a_member_is_refused(asked: dict[str, Any], member: str, config: Config):
    """The text names the member, and holds nothing that the client sent."""
    with pytest.raises(InvalidClientMetadata) as refusal:
        validate({**CODE, **asked}, config)

    assert refusal.value.error == ErrorCode.INVALID_CLIENT_METADATA
    assert refusal.value.description.startswith(member)
    assert_plain(refusal.value.description)


@pytest.mark.parametrize("member", UNSUPPORTED)
@pytest.mark.parametrize("value", [True, "RS256", "", [], {}])
def test_what_cannot_be_done_is_refused(member: str, value: object, config: Config):
    """A client that asks for it would rely on it."""
    with pytest.raises(InvalidClientMetadata, match=f"^{member} is not supported"):
        validate({**CODE, member: value}, config)


@pytest.mark.parametrize("untrusted", [None, [], [CODE], "{}", 1, float("nan"), True])
def test_metadata_is_an_object(untrusted: object, config: Config):
    """Other JSON is no metadata."""
    with pytest.raises(InvalidClientMetadata, match="JSON object"):
        validate(untrusted, config)


@pytest.mark.parametrize(
    "asked",
    [
        {"grant_types": ["password", "refresh_token"]},
        {"grant_types": [], "resource_server": True},
        {"grant_types": ["authorization_code", "client_credentials"], **CODE},
        {**PUBLIC, "grant_types": ["authorization_code", "refresh_token"]},
        {**ASSERTION, "jwks_uri": "https://rp.example/jwks"},
    ],
)
def test_members_fit_together(asked: dict[str, Any], config: Config):
    """What is unusual is not wrong."""
    assert validate(asked, config)["grant_types"] == asked.get(
        "grant_types", ["authorization_code"]
    )


def test_every_member_is_listed_once(config: Config):
    """A second validator of the same member would silently win."""
    names = [member.name for member in members(config)]

    assert len(set(names)) == len(names)
    assert not set(names) & set(UNSUPPORTED)
