"""What clients may register about encryption, and what goes together (OIDC Registration §2)."""

from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config

CODE = {"redirect_uris": ["https://rp.example/cb"]}
KEY = ECKey.generate_key("P-256").as_dict(private=False)
ID_TOKEN, USERINFO = "id_token_encrypted_response", "userinfo_encrypted_response"
AUTHORIZATION = "authorization_encrypted_response"
INTROSPECTION = "introspection_encrypted_response"
REQUEST = "request_object_encryption"
ENCRYPTED = {"jwks": {"keys": [KEY]}, f"{ID_TOKEN}_alg": "ECDH-ES"}


def jwks(**members: Any) -> dict[str, Any]:
    """Give the one key more members."""
    return {"jwks": {"keys": [{**KEY, **members}]}}


@pytest.mark.parametrize("keys", [jwks(), jwks(use="enc"), jwks(alg="ECDH-ES"), jwks(key_ops=[])])
def test_enc_has_a_default(keys: dict[str, Any]) -> None:
    """A128CBC-HS256, shown where an alg is registered and nowhere else."""
    metadata = validate({**CODE, **ENCRYPTED, **keys}, Config())

    assert metadata[f"{ID_TOKEN}_enc"] == "A128CBC-HS256"
    assert f"{USERINFO}_enc" not in metadata


def test_keys_may_come_by_reference() -> None:
    """What is at a jwks_uri is seen when it is needed."""
    asked = {**CODE, "jwks_uri": "https://rp.example/jwks", f"{USERINFO}_alg": "RSA-OAEP-256"}

    metadata = validate({**asked, f"{USERINFO}_enc": "A256GCM"}, Config())

    assert (metadata[f"{USERINFO}_alg"], metadata[f"{USERINFO}_enc"]) == ("RSA-OAEP-256", "A256GCM")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({f"{ID_TOKEN}_alg": "RSA1_5"}, f"{ID_TOKEN}_alg must be one of"),
        ({f"{ID_TOKEN}_alg": "dir"}, f"{ID_TOKEN}_alg must be one of"),
        ({f"{ID_TOKEN}_alg": ["ECDH-ES"]}, f"{ID_TOKEN}_alg must be one of"),
        ({f"{USERINFO}_alg": "RSA-OAEP"}, f"{USERINFO}_alg must be one of"),
        ({f"{USERINFO}_alg": "A128KW"}, f"{USERINFO}_alg must be one of"),
        ({f"{ID_TOKEN}_enc": "A192GCM"}, f"{ID_TOKEN}_enc must be one of"),
        ({f"{ID_TOKEN}_enc": 1}, f"{ID_TOKEN}_enc must be one of"),
        ({f"{USERINFO}_enc": "A256GCM"}, f"{USERINFO}_alg must be there if there is"),
        ({f"{USERINFO}_alg": "RSA-OAEP-256"}, f"jwks must have a key for {USERINFO}_alg"),
        ({f"{AUTHORIZATION}_alg": "none"}, f"{AUTHORIZATION}_alg must be one of"),
        ({f"{AUTHORIZATION}_enc": "A256GCM"}, f"{AUTHORIZATION}_alg must be there if there is"),
        ({f"{AUTHORIZATION}_alg": "RSA-OAEP-256"}, f"jwks must have a key for {AUTHORIZATION}_alg"),
        ({f"{INTROSPECTION}_alg": "dir"}, f"{INTROSPECTION}_alg must be one of"),
        ({f"{INTROSPECTION}_enc": "A256GCM"}, f"{INTROSPECTION}_alg must be there if there is"),
        ({f"{INTROSPECTION}_alg": "RSA-OAEP-256"}, f"jwks must have a key for {INTROSPECTION}_alg"),
        ({"jwks": None}, f"jwks must have a key for {ID_TOKEN}_alg"),
        (jwks(use="sig"), f"jwks must have a key for {ID_TOKEN}_alg"),
        (jwks(alg="ES256"), f"jwks must have a key for {ID_TOKEN}_alg"),
        (jwks(key_ops=["verify"]), f"jwks must have a key for {ID_TOKEN}_alg"),
        (jwks(alg="ECDH-ES+A128KW"), f"jwks must have a key for {ID_TOKEN}_alg"),
    ],
)
def test_what_does_not_go_together_is_refused(asked: dict[str, Any], text: str) -> None:
    """A client that could not be answered is told when it registers."""
    with pytest.raises(InvalidClientMetadata) as refusal:
        validate({**CODE, **ENCRYPTED, **asked}, Config())

    assert refusal.value.description.startswith(text)


def test_request_objects_are_encrypted_by_what_there_are_keys_for() -> None:
    """With the same default enc."""
    offering = Config(keys={"encryption_algorithms": ["ECDH-ES"]})

    metadata = validate({**CODE, f"{REQUEST}_alg": "ECDH-ES"}, offering)

    assert metadata[f"{REQUEST}_enc"] == "A128CBC-HS256"


@pytest.mark.parametrize(
    ("offered", "asked", "text"),
    [
        ([], {f"{REQUEST}_alg": "ECDH-ES"}, f"{REQUEST}_alg is not supported"),
        ([], {f"{REQUEST}_enc": "A256GCM"}, f"{REQUEST}_enc is not supported"),
        (["ECDH-ES"], {f"{REQUEST}_alg": "RSA-OAEP-256"}, f"{REQUEST}_alg must be one of: ECDH-ES"),
        (["ECDH-ES"], {f"{REQUEST}_enc": "A256GCM"}, f"{REQUEST}_alg must be there if there is"),
    ],
)
def test_what_the_server_cannot_decrypt_is_refused(
    offered: list[str], asked: dict[str, Any], text: str
) -> None:
    """Its requests would all fail."""
    offering = Config(keys={"encryption_algorithms": offered})

    with pytest.raises(InvalidClientMetadata) as refusal:
        validate({**CODE, **asked}, offering)

    assert refusal.value.description.startswith(text)
