"""What a client of a FAPI profile is registered with (FAPI 2.0 Security Profile §5.3.2)."""

from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config
from tests.parties.backchannel import CIBA
from tests.parties.fapi import FAPI_CIBA, MESSAGE_SIGNING, SECURITY

REDIRECT_URIS = {"redirect_uris": ["https://rp.example/callback"]}
WITH_CERTIFICATES = {"client_certificate_header": "Client-Cert", "trusted_proxies": ["10.0.0.1"]}
NOTES = {"notes.read": "Read your notes"}


def test_one_word_is_enough() -> None:
    """A client says the profile and its keys; all else is as the profile wants it."""
    metadata = validate(REDIRECT_URIS | SECURITY, Config())

    assert metadata["token_endpoint_auth_method"] == "private_key_jwt"
    assert metadata["require_pushed_authorization_requests"] is True
    assert metadata["require_pkce"] is True
    assert metadata["dpop_bound_access_tokens"] is True
    assert metadata["id_token_signed_response_alg"] == "ES256"
    assert metadata["access_token_signed_response_alg"] == "ES256"
    assert metadata["authorization_signed_response_alg"] == "ES256"
    assert "require_signed_request_object" not in metadata


def test_messages_are_signed() -> None:
    """The second profile wants signed requests, too (Message Signing §5.3.1)."""
    metadata = validate(REDIRECT_URIS | MESSAGE_SIGNING, Config())

    assert metadata["require_signed_request_object"] is True


def test_tokens_may_be_bound_to_a_certificate_instead() -> None:
    """Who chooses certificates need not send DPoP proofs."""
    config = Config(server=WITH_CERTIFICATES)
    bound = {"tls_client_certificate_bound_access_tokens": True}

    metadata = validate(REDIRECT_URIS | SECURITY | bound, config)

    assert metadata["dpop_bound_access_tokens"] is False


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method"),
        ({"dpop_bound_access_tokens": False}, "dpop_bound_access_tokens or"),
        ({"require_pkce": False}, "require_pkce must be true"),
        (
            {"require_pushed_authorization_requests": False},
            "require_pushed_authorization_requests must be true",
        ),
        ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg must be"),
        ({"access_token_signed_response_alg": "RS256"}, "access_token_signed_response_alg must"),
        ({"token_endpoint_auth_signing_alg": "RS256"}, "token_endpoint_auth_signing_alg must be"),
        ({"grant_types": ["authorization_code", "password"]}, "grant_types must not have password"),
        ({"fapi_profile": "fapi1"}, "fapi_profile must be one of"),
    ],
)
def test_nothing_may_be_weaker(changes: dict[str, Any], said: str) -> None:
    """What contradicts the profile is refused by its name."""
    with pytest.raises(InvalidClientMetadata, match=said):
        validate(REDIRECT_URIS | SECURITY | changes, Config())


def test_unsigned_requests_contradict_message_signing() -> None:
    """Who signs messages cannot ask to be excused from it."""
    changes = {"require_signed_request_object": False}

    with pytest.raises(InvalidClientMetadata, match="require_signed_request_object must be true"):
        validate(REDIRECT_URIS | MESSAGE_SIGNING | changes, Config())


def test_people_are_asked_by_signed_requests() -> None:
    """What a client of FAPI-CIBA leaves out is as that profile wants it (§5.2.2)."""
    metadata = validate(FAPI_CIBA, Config(server=WITH_CERTIFICATES, scopes=NOTES))

    assert metadata["token_endpoint_auth_method"] == "private_key_jwt"
    assert metadata["backchannel_authentication_request_signing_alg"] == "ES256"
    assert metadata["id_token_signed_response_alg"] == "ES256"
    assert metadata["access_token_signed_response_alg"] == "ES256"
    assert metadata.get("dpop_bound_access_tokens") is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"backchannel_authentication_request_signing_alg": "RS256"},
            "backchannel_authentication_request_signing_alg must be",
        ),
        ({"backchannel_token_delivery_mode": "push"}, "backchannel_token_delivery_mode must be"),
        (
            {"tls_client_certificate_bound_access_tokens": False},
            "tls_client_certificate_bound_access_tokens must be true",
        ),
        (
            {"tls_client_certificate_bound_access_tokens": None, "dpop_bound_access_tokens": True},
            "tls_client_certificate_bound_access_tokens must be true",
        ),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"grant_types": ["client_credentials"]}, f"grant_types must have {CIBA}"),
        (
            {"grant_types": [CIBA, "authorization_code"], "response_types": ["code"]}
            | REDIRECT_URIS,
            "grant_types must not have authorization_code",
        ),
        ({"grant_types": [CIBA, "password"]}, "grant_types must not have password"),
    ],
)
def test_nothing_may_be_weaker_where_people_are_asked(changes: dict[str, Any], said: str) -> None:
    """What contradicts FAPI-CIBA is refused by its name."""
    with pytest.raises(InvalidClientMetadata, match=said):
        validate(FAPI_CIBA | changes, Config(server=WITH_CERTIFICATES, scopes=NOTES))


def test_tokens_that_cannot_be_bound_contradict_it() -> None:
    """Where no proxy hands certificates on, there are no such clients."""
    with pytest.raises(InvalidClientMetadata, match="is not supported"):
        validate(FAPI_CIBA, Config(scopes=NOTES))
