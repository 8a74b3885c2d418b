"""What a client of a FAPI 2.0 profile is registered with (FAPI 2.0 Security Profile §5.3.2)."""

from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config
from tests.parties.fapi import MESSAGE_SIGNING, SECURITY

REDIRECT_URIS = {"redirect_uris": ["https://rp.example/callback"]}
WITH_CERTIFICATES = {"client_certificate_header": "Client-Cert", "trusted_proxies": ["10.0.0.1"]}


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
