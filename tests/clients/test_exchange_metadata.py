"""Who may exchange what for whom: it is said of a client by its operator, or nobody may."""

from typing import Any

import pytest

from idp.clients.errors import InvalidClientMetadata
from idp.clients.metadata import validate
from idp.config import Config
from tests.parties.trusted_issuer import ASSERTING, CI, JWT_BEARER, TOKEN_EXCHANGE

OTHER = "https://other.example"
SERVICE: dict[str, Any] = {"grant_types": [TOKEN_EXCHANGE], "scope": "orders:read"}
BATCH = ASSERTING | {"scope": "orders:read"}


@pytest.fixture
def trusting(config: Config) -> Config:
    """Believe two issuers."""
    issuers = {name: {"jwks": "jwks.json", "user_by": "sub"} for name in (CI, OTHER)}
    return Config(**config.model_dump() | {"trusted_issuers": issuers})


def test_what_is_registered_comes_back(trusting: Config) -> None:
    """The members keep their values, each once."""
    audiences = ["https://api.example/", "urn:example:bank", "stock", "stock"]
    asked = SERVICE | {"token_exchange_audiences": audiences, "trusted_issuers": [OTHER]}

    metadata = validate(asked, trusting)

    assert metadata["token_exchange_audiences"] == audiences[:3]
    assert metadata["trusted_issuers"] == [OTHER]
    assert metadata["grant_types"] == [TOKEN_EXCHANGE]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (SERVICE | {"token_exchange_audiences": ["a b"]}, "must be printable ASCII without spaces"),
        (SERVICE | {"token_exchange_audiences": [""]}, "must be printable ASCII without spaces"),
        (SERVICE | {"token_exchange_audiences": ["é"]}, "must be printable ASCII without spaces"),
        (SERVICE | {"token_exchange_audiences": ["a" * 256]}, "must be printable ASCII"),
        (SERVICE | {"token_exchange_audiences": [1]}, "token_exchange_audiences must be text"),
        (SERVICE | {"token_exchange_audiences": "stock"}, "must be a list"),
        (BATCH | {"trusted_issuers": ["https://evil.example"]}, "trusted_issuers must be one of"),
        (BATCH | {"trusted_issuers": []}, "trusted_issuers must not be empty if grant_types has"),
        (BATCH | {"trusted_issuers": None}, "trusted_issuers must not be empty if grant_types has"),
        (
            {"grant_types": ["client_credentials"], "trusted_issuers": [CI]},
            f"grant_types must have {JWT_BEARER} or {TOKEN_EXCHANGE} if there are trusted_issuers.",
        ),
        (
            {"grant_types": ["client_credentials"], "token_exchange_audiences": ["stock"]},
            f"grant_types must have {TOKEN_EXCHANGE} if there are token_exchange_audiences.",
        ),
        (
            SERVICE | {"token_endpoint_auth_method": "none"},
            f"token_endpoint_auth_method must not be none if grant_types has {TOKEN_EXCHANGE}.",
        ),
        (
            BATCH | {"token_endpoint_auth_method": "none"},
            f"token_endpoint_auth_method must not be none if grant_types has {JWT_BEARER}.",
        ),
        (
            {"grant_types": [TOKEN_EXCHANGE, "refresh_token"]},
            "grant_types must have authorization_code or password if it has refresh_token.",
        ),
    ],
)
def test_what_is_refused(trusting: Config, asked: dict[str, Any], text: str) -> None:
    """Each refusal names the member and what to change."""
    with pytest.raises(InvalidClientMetadata) as refused:
        validate(asked, trusting)

    assert text in refused.value.description


@pytest.mark.parametrize("member", ["trusted_issuers", "grant_types"])
def test_without_an_issuer(config: Config, member: str) -> None:
    """Where nobody is believed, no client can rely on it."""
    asked = SERVICE | {member: BATCH[member]}

    with pytest.raises(InvalidClientMetadata) as refused:
        validate(asked, config)

    assert member in refused.value.description
