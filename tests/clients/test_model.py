"""A client, as everything else reads it."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pytest

from idp import clock
from idp.clients.certificate_subject import SUBJECT_MEMBERS
from idp.clients.members import members
from idp.clients.metadata import validate
from idp.clients.model import Client
from idp.clients.stored import STORED, client_from
from idp.config import Config
from idp.secret import Secret
from idp.storage.clients import ClientRow
from tests.parties.certificates import VERIFYING

URI = "https://rp.example/cb"
SECRET, OLD_SECRET = Secret("new secret"), Secret("old secret")


def row(metadata: dict[str, Any], config: Config) -> ClientRow:
    """Make the row of a client."""
    return ClientRow(
        client_id="c1",
        metadata=validate({"redirect_uris": [URI], **metadata}, config),
        secret_digest=SECRET.digest,
        old_secret_digest=None,
        old_secret_expires_at=None,
        created_at=clock.now(),
        updated_at=clock.now(),
        disabled_at=None,
    )


def client_with_two_secrets(config: Config, old_secret_expires_at: datetime) -> Client:
    """Make a client that is changing its secret."""
    changing = replace(
        row({}, config),
        old_secret_digest=OLD_SECRET.digest,
        old_secret_expires_at=old_secret_expires_at,
    )
    return client_from(changing)


def client(config: Config, **metadata: Any) -> Client:
    """Make a client with a redirect URI."""
    return client_from(row(metadata, config))


SECTOR = {"subject_type", "sector_identifier_uri"}


def test_a_client_has_every_member_that_is_validated():
    """Nothing that can be registered is lost on the way; a sector comes as its key.

    The name in a certificate stays in the metadata, where it is looked for.
    """
    issuers = {"https://ci.example": {"jwks": "ci.json", "user_by": "sub"}}
    everything = Config(server=VERIFYING, trusted_issuers=issuers)
    names = {member.name for member in members(everything)} - SECTOR - set(SUBJECT_MEMBERS)

    assert set(STORED) == names
    assert names <= {field.name for field in fields(Client)}


def test_metadata_becomes_types(config: Config):
    """Lists become sets where order means nothing."""
    made = client(config, scope="openid email", subject_type="public", contacts=["a@rp.example"])

    assert made.scope == {"openid", "email"}
    assert made.grant_types == {"authorization_code"}
    assert made.redirect_uris == (URI,)
    assert made.contacts == ("a@rp.example",)
    assert made.metadata["subject_type"] == "public"
    assert made.require_pkce is None
    assert made.get_client_id() == "c1"
    assert not made.is_disabled


def test_members_of_another_version_are_ignored(config: Config):
    """A newer program may have stored more."""
    newer = {**row({}, config).metadata, "new": 1}

    made = client_from(replace(row({}, config), metadata=newer, disabled_at=clock.now()))

    assert made.is_disabled
    assert made.redirect_uris == (URI,)


def test_any_live_secret_is_good(config: Config):
    """Two secrets overlap while the client changes from one to the other."""
    made = client_with_two_secrets(config, clock.in_seconds(60))

    assert made.check_client_secret(SECRET.reveal())
    assert made.check_client_secret(OLD_SECRET.reveal())


@pytest.mark.parametrize("secret", ["", "other", "new secret ", "s\u00e9cret", "\ud800", "a\0b"])
def test_another_secret_is_not(config: Config, secret: str):
    """Whatever characters it has, it is only wrong."""
    assert not client(config).check_client_secret(secret)


def test_an_old_secret_comes_to_an_end(config: Config, monkeypatch: pytest.MonkeyPatch):
    """It stops to be good for a client that was read before, too."""
    soon = clock.in_seconds(60)
    made = client_with_two_secrets(config, soon)

    monkeypatch.setattr(clock, "now", lambda: soon)

    assert not made.check_client_secret(OLD_SECRET.reveal())
    assert made.check_client_secret(SECRET.reveal())


@pytest.mark.parametrize("secret", ["", "None"])
def test_a_client_without_a_secret_has_none_that_is_good(config: Config, secret: str):
    """Nothing matches nothing."""
    made = client_from(replace(row({}, config), secret_digest=None))

    assert not made.check_client_secret(secret)


def test_a_client_has_one_authentication_method(config: Config):
    """It is the same at every endpoint."""
    made = client(config, token_endpoint_auth_method="client_secret_post")

    assert made.check_endpoint_auth_method("client_secret_post", "token")
    assert not made.check_endpoint_auth_method("client_secret_basic", "token")
    assert not made.check_endpoint_auth_method("none", "introspection")
    assert not made.is_public


def test_a_client_uses_what_it_is_registered_for(config: Config):
    """Grant types, response types and scope are its own list of each."""
    made = client(config, scope="openid email")

    assert made.check_grant_type("authorization_code")
    assert not made.check_grant_type("password")
    assert made.check_response_type("code")
    assert not made.check_response_type("token")
    assert made.get_allowed_scope("email admin openid") == "email openid"
    assert made.get_allowed_scope("") == ""


def test_a_single_redirect_uri_is_the_default(config: Config):
    """With several, a request has to name one (RFC 6749 §3.1.2.3)."""
    several = client(config, redirect_uris=[URI, URI + "2"])

    assert client(config).get_default_redirect_uri() == URI
    assert several.get_default_redirect_uri() is None


@pytest.mark.parametrize(("application_type", "accepted"), [("web", False), ("native", True)])
def test_the_port_of_localhost_is_free_for_native_clients(
    config: Config, application_type: str, accepted: bool
):
    """The application type decides."""
    uris = ["http://localhost:3000/cb"]
    made = client(config, redirect_uris=uris, application_type=application_type)

    assert made.check_redirect_uri("http://localhost:3000/cb")
    assert made.check_redirect_uri("http://localhost:3001/cb") is accepted
    assert not made.check_redirect_uri(URI)


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, False),
        ({"resource_server": True}, True),
        ({"grant_types": ["client_credentials"], "redirect_uris": []}, True),
        ({"grant_types": ["client_credentials"]}, False),
        ({"grant_types": ["client_credentials", "password"], "redirect_uris": []}, False),
    ],
)
def test_resource_servers_see_all_tokens(config: Config, metadata: dict[str, Any], expected: bool):
    """Those that say so, and machines that nobody signs in to."""
    assert client(config, **metadata).sees_all_tokens is expected


def test_a_client_without_a_name_is_called_by_its_id(config: Config):
    """People always read something."""
    assert client(config).display_name == "c1"
    assert client(config, client_name="Shop").display_name == "Shop"


@pytest.mark.parametrize(
    ("method", "redirect_uri", "expected"),
    [
        ("client_secret_basic", "http://127.0.0.1/cb", True),
        ("none", "https://rp.example/cb", True),
        ("none", "http://127.0.0.1:5000/cb", False),
        ("none", "http://localhost/cb", False),
        ("none", "com.example.app:/cb", False),
        ("none", "", False),
    ],
)
def test_who_asks_is_certain_where_only_one_can_get_the_answer(
    config: Config, method: str, redirect_uri: str, expected: bool
):
    """Any program of a device can listen on its loopback interface (RFC 8252 §8.6)."""
    made = client(config, token_endpoint_auth_method=method)

    assert made.identity_is_assured(redirect_uri) is expected
