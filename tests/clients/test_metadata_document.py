"""What of a metadata document counts: who wrote it knew nothing of this server."""

import json
from datetime import timedelta
from typing import Any

import pytest

from idp.clients.errors import RegistrationRefused
from idp.clients.metadata_document import kept_for, metadata_of, read_document
from idp.config import Config
from idp.fetch import Fetched
from tests.parties.documented import PROGRAM
from tests.parties.request_objects import JWKS

ISSUER = "https://login.example"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
CLIENT_ID = "https://app.example.com/client.json"
REGISTRATION = {
    "client_id_metadata_documents": True,
    "scopes": ("orders:read", "undeclared"),
    "grant_types": (
        "authorization_code",
        "refresh_token",
        "client_credentials",
        JWT_BEARER,
        TOKEN_EXCHANGE,
    ),
}


@pytest.fixture
def config() -> Config:
    """Settings under which such a client may have more than usual."""
    return Config.model_validate(
        {
            "client_registration": REGISTRATION,
            "scopes": {"orders:read": "See your orders"},
            "resources": {"https://api.example": {"name": "Orders"}},
            "trusted_issuers": {ISSUER: {"jwks": f"{ISSUER}/jwks", "user_by": "email"}},
            "authorization_details_types": {"order": {"sentence": "Order something"}},
        }
    )


def meant(config: Config, **changes: Any) -> dict[str, Any]:
    """Give the metadata of PROGRAM with these changes; None leaves a member out."""
    document = {name: value for name, value in (PROGRAM | changes).items() if value is not None}
    return metadata_of(CLIENT_ID, document, config)


def answered(**headers: str) -> Fetched:
    """Make the answer of a client's server."""
    body = json.dumps({"client_id": CLIENT_ID}).encode()
    return Fetched(200, {"content-type": "application/json"} | headers, body)


CHOICES = "token_endpoint_auth_methods_supported"


@pytest.mark.parametrize(
    ("changes", "method"),
    [
        ({"token_endpoint_auth_method": "none"}, "none"),
        ({"token_endpoint_auth_method": None}, "none"),
        ({"token_endpoint_auth_method": "private_key_jwt", "jwks": JWKS}, "private_key_jwt"),
        ({"token_endpoint_auth_method": None, "jwks": JWKS}, "none"),
        (
            {
                "token_endpoint_auth_method": None,
                "jwks": JWKS,
                CHOICES: ["none", "private_key_jwt"],
            },
            "private_key_jwt",
        ),
        (
            {"token_endpoint_auth_method": None, CHOICES: ["private_key_jwt", "none"]},
            "none",
        ),
        (
            {"token_endpoint_auth_method": "none", "jwks": JWKS, CHOICES: ["private_key_jwt"]},
            "none",
        ),
        (
            {"token_endpoint_auth_method": "client_secret_post", CHOICES: ["none"]},
            "none",
        ),
    ],
)
def test_how_it_authenticates(config: Config, changes: dict[str, Any], method: str) -> None:
    """What it names, or the strongest of its choices (RP Metadata Choices), never a secret."""
    assert meant(config, **changes)["token_endpoint_auth_method"] == method


def test_choices_without_a_possible_one_are_refused(config: Config) -> None:
    """There is nothing that it could not be asked for by others."""
    with pytest.raises(RegistrationRefused, match="private_key_jwt or none"):
        meant(config, token_endpoint_auth_method=None, **{CHOICES: ["client_secret_basic"]})


@pytest.mark.parametrize(
    ("said", "method", "kept"),
    [
        (None, "none", ["authorization_code"]),
        (
            ["refresh_token", "authorization_code", 5],
            "none",
            ["authorization_code", "refresh_token"],
        ),
        (["authorization_code", "client_credentials"], "none", ["authorization_code"]),
        (["client_credentials"], "private_key_jwt", ["client_credentials"]),
        (["authorization_code", JWT_BEARER], "private_key_jwt", ["authorization_code"]),
        (["authorization_code", TOKEN_EXCHANGE], "none", ["authorization_code"]),
    ],
)
def test_grant_types(config: Config, said: list[Any] | None, method: str, kept: list[str]) -> None:
    """A public client has nothing that depends on who it is."""
    metadata = meant(
        config,
        grant_types=said,
        token_endpoint_auth_method=method,
        jwks=JWKS,
    )

    assert metadata["grant_types"] == kept
    assert metadata["response_types"] == (["code"] if "authorization_code" in kept else [])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, "openid profile email address phone offline_access orders:read"),
        ("orders:read  openid openid mcp", "openid orders:read"),
        ("mcp:tools", ""),
    ],
)
def test_scope(config: Config, said: str | None, kept: str) -> None:
    """Whoever names none may ask for all that such clients may have; unknown words go."""
    assert meant(config, scope=said)["scope"] == kept


def test_what_only_other_servers_know_is_no_reason_to_refuse_it(config: Config) -> None:
    """Of APIs, and of what can be allowed in detail (RFC 8707 §2, RFC 9396 §10)."""
    metadata = meant(
        config,
        resources=["https://else.example", "https://api.example"],
        authorization_details_types=["openid_credential", "order"],
    )

    assert metadata["resources"] == ["https://api.example"]
    assert metadata["authorization_details_types"] == ["order"]


def test_an_app_on_a_device_is_native(config: Config) -> None:
    """So that its port is free, whatever it says: few of them say anything (RFC 8252 §7.3)."""
    web = {"redirect_uris": ["https://app.example.com/cb"], "application_type": "web"}

    assert meant(config)["application_type"] == "native"
    assert meant(config, application_type="web")["application_type"] == "native"
    assert meant(config, redirect_uris=["com.example.app:/cb"])["application_type"] == "native"
    assert meant(config, **web)["application_type"] == "web"


def test_redirect_uris_lead_to_the_client(config: Config) -> None:
    """At its host or below it, or on the device; for the way back from a logout as well."""
    own = [
        "https://app.example.com/cb",
        "https://APP.example.com:8443/cb",
        "https://new.app.example.com/cb",
        "http://127.0.0.1/cb",
        "http://[::1]/cb",
        "com.example.app:/cb",
    ]
    others = [
        "https://example.com/cb",
        "https://evilapp.example.com/cb",
        "https://app.example.com.else.example/cb",
        "https://app.example.com@else.example/cb",
        "http://app.example.com/cb",
        "https://localhost/cb",
        "vscode://notes/cb",
        "https://app.example.com/cb#x",
        None,
        ["https://app.example.com/cb"],
    ]

    metadata = meant(config, redirect_uris=others + own, post_logout_redirect_uris=others + own)

    assert metadata["redirect_uris"] == own
    assert metadata["post_logout_redirect_uris"] == own


def test_what_only_operators_say_and_what_others_vouch_for_is_left_out(config: Config) -> None:
    """A software statement could give it what it may not have of itself."""
    reserved = {"first_party": True, "resource_server": True, "require_pkce": False}
    of_operator = {"trusted_issuers": [ISSUER], "token_exchange_audiences": [CLIENT_ID]}

    metadata = meant(
        config, **reserved, **of_operator, software_statement="e.e.e", unknown_member=1
    )

    assert not metadata["first_party"]
    assert not metadata["resource_server"]
    assert {"require_pkce", "software_statement", "unknown_member"}.isdisjoint(metadata)
    assert of_operator.keys().isdisjoint(metadata)


@pytest.mark.parametrize(
    ("cache_control", "kept"),
    [
        (None, timedelta(hours=1)),
        ("max-age=7200", timedelta(hours=2)),
        ('public, MAX-AGE="600"', timedelta(minutes=10)),
        ("max-age=0", timedelta(minutes=5)),
        ("max-age=999999999", timedelta(hours=24)),
        ("max-age=99999999999999999999", timedelta(hours=24)),
        ("max-age=-1", timedelta(hours=1)),
        ("s-max-age=1", timedelta(hours=1)),
        ("no-store", timedelta(minutes=5)),
        ("max-age=7200, no-cache", timedelta(minutes=5)),
    ],
)
def test_how_long_it_is_kept(cache_control: str | None, kept: timedelta) -> None:
    """As its server says, but not so briefly that each sign-in asks, nor for more than a day."""
    headers = {} if cache_control is None else {"cache-control": cache_control}

    assert kept_for(answered(**headers)) == kept


@pytest.mark.parametrize(
    ("media_type", "is_read"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/client-metadata+json", True),
        ("application/x-json", False),
        ("text/json", False),
        ("", False),
    ],
)
def test_its_server_says_that_it_is_json(media_type: str, is_read: bool) -> None:
    """A site where people leave texts and pictures does not say so."""
    fetched = answered(**{"content-type": media_type})

    if is_read:
        assert read_document(CLIENT_ID, fetched) == {"client_id": CLIENT_ID}
    else:
        with pytest.raises(RegistrationRefused, match="application/json"):
            read_document(CLIENT_ID, fetched)
