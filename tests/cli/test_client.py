"""`idp client add`."""

import json
import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idp.cli import app
from tests.cli.conftest import Idp

METADATA = {"client_name": "App", "redirect_uris": ["https://app.example/cb"]}


def test_add(idp: Idp) -> None:
    """A client is told the issuer, its id and its secret, which is printed this once."""
    result = idp("client add App --redirect-uri https://app.example/cb")

    assert result.exit_code == 0
    assert re.search(r"^  issuer +http://127\.0\.0\.1:8000$", result.stdout, re.MULTILINE)
    assert re.search(r"^  client_id +client_\S+$", result.stdout, re.MULTILINE)
    assert re.search(r"^  client_secret +idp_cs_\S+$", result.stdout, re.MULTILINE)
    assert "Keep the secret now" in result.stderr


def test_secret_is_not_kept(idp: Idp) -> None:
    """Neither the database nor another command knows the secret."""
    registered = json.loads(idp("client add App --redirect-uri https://a.example/ --json").stdout)

    db = sqlite3.connect("var/idp.db")
    dump = "\n".join(db.iterdump())
    db.close()
    assert registered["client_id"] in dump
    assert registered["client_secret"] not in dump
    assert "client_secret" not in json.loads(
        idp(f"client show {registered['client_id']} --json").stdout
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            "--redirect-uri https://a.example/cb --redirect-uri https://b.example/cb",
            {
                "client_name": "App",
                "application_type": "web",
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "redirect_uris": ["https://a.example/cb", "https://b.example/cb"],
                "token_endpoint_auth_method": "client_secret_basic",
                "scope": "openid profile email address phone offline_access",
            },
        ),
        (
            "--redirect-uri https://a.example/ --scope openid --scope profile",
            {"scope": "openid profile"},
        ),
        (
            "--redirect-uri https://a.example/ --post-logout-redirect-uri https://a.example/bye",
            {"post_logout_redirect_uris": ["https://a.example/bye"]},
        ),
        (
            "--redirect-uri https://a.example/ --grant-type authorization_code",
            {"grant_types": ["authorization_code"]},
        ),
        (
            "--redirect-uri https://a.example/ --auth-method client_secret_post",
            {"token_endpoint_auth_method": "client_secret_post"},
        ),
        (
            "--redirect-uri https://a.example/ --public",
            {"token_endpoint_auth_method": "none"},
        ),
        ("--redirect-uri https://a.example/ --first-party", {"first_party": True}),
        ("", {"grant_types": ["client_credentials"], "response_types": [], "scope": ""}),
        ("--resource-server", {"resource_server": True, "grant_types": []}),
        ("--redirect-uri http://localhost:3000/cb", {"application_type": "native"}),
        ("--redirect-uri http://127.0.0.1:3000/cb", {"application_type": "native"}),
        ("--redirect-uri com.example.app:/cb --public", {"application_type": "native"}),
        (
            "--redirect-uri http://localhost:3000/cb --redirect-uri https://a.example/cb",
            {"application_type": "web"},
        ),
    ],
)
def test_add_with_options(idp: Idp, options: str, expected: dict[str, object]) -> None:
    """The options say what is registered, and the rest is as most would have it."""
    result = idp(f"client add App {options} --json")

    assert result.exit_code == 0
    assert json.loads(result.stdout).items() >= expected.items()


def test_scope_of_several_words() -> None:
    """One --scope may hold several words."""
    added = CliRunner().invoke(app, ["client", "add", "A", "--scope", "openid email", "--json"])

    assert json.loads(added.stdout)["scope"] == "openid email"


def test_public_client_has_no_secret(idp: Idp) -> None:
    """A public client gets no secret, and nothing is said of one."""
    result = idp("client add App --redirect-uri https://app.example/cb --public")

    assert "secret" not in result.output


@pytest.mark.parametrize("place", ["client.json", "-"])
def test_add_by_metadata(idp: Idp, directory: Path, place: str) -> None:
    """A client can be described as RFC 7591 does, in a file or on standard input."""
    (directory / "client.json").write_text(json.dumps(METADATA))

    result = idp(f"client add --metadata {place} --json", json.dumps(METADATA))

    assert result.exit_code == 0
    assert json.loads(result.stdout).items() >= METADATA.items()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            "--redirect-uri app.example",
            "--redirect-uri: a URI must be absolute, with a plain host and without a user name.",
        ),
        (
            "--redirect-uri http://app.example/",
            "--redirect-uri: a URI must begin with https:// unless its host is this computer.",
        ),
        (
            "--redirect-uri https://a.example/ --post-logout-redirect-uri http://a.example/",
            "--post-logout-redirect-uri: a URI must begin with https:// unless its host is this"
            " computer.",
        ),
        (
            "--redirect-uri com.example.app:/ --redirect-uri https://a.example/",
            "--redirect-uri: a URI must begin with https:// unless application_type is native."
            " There is no option for that: describe the client in a file, and use --metadata.",
        ),
        (
            "--auth-method private_key_jwt",
            "jwks or jwks_uri must be there if --auth-method is private_key_jwt."
            " There is no option for that: describe the client in a file, and use --metadata.",
        ),
        (
            "--auth-method self_signed_tls_client_auth",
            "--auth-method must be one of: client_secret_basic, client_secret_post,"
            " private_key_jwt, none.",
        ),
        (
            "--grant-type authorization_code",
            "--redirect-uri must be given if --grant-type has authorization_code.",
        ),
        (
            "--grant-type refresh_token",
            "--grant-type must have authorization_code or password if it has refresh_token.",
        ),
        (
            "--scope nonsense",
            "--scope must have only standard words and those in [scopes] of the configuration.",
        ),
        (
            "--public --resource-server",
            "--public, or --auth-method none, is impossible if there is --resource-server.",
        ),
        (
            "--public --grant-type client_credentials",
            "--public, or --auth-method none, is impossible if --grant-type has"
            " client_credentials.",
        ),
    ],
)
def test_refused(idp: Idp, options: str, sentence: str) -> None:
    """What cannot be registered is refused in the words of the command line."""
    result = idp(f"client add App {options}")

    assert (result.exit_code, result.stderr) == (1, f"Error: {sentence}\n")
    assert json.loads(idp("client list --json").stdout) == []


def test_a_name_in_a_certificate_needs_a_file(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where certificates are verified, there are more methods, and members for which no option."""
    monkeypatch.setenv("IDP_SERVER__TRUSTED_PROXIES", "127.0.0.1")
    monkeypatch.setenv("IDP_SERVER__CLIENT_CERTIFICATE_HEADER", "Client-Cert")
    monkeypatch.setenv("IDP_SERVER__CLIENT_CERTIFICATES_VERIFIED", "true")

    result = idp("client add App --auth-method tls_client_auth")

    assert result.stderr == (
        "Error: --auth-method tls_client_auth needs exactly one member that begins with"
        " tls_client_auth_. There is no option for that: describe the client in a file, and use"
        " --metadata.\n"
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("client add", "Missing NAME, or --metadata with a file that describes the client."),
        ("client add App --metadata -", "--metadata says everything"),
        ("client add --public --metadata -", "--metadata says everything"),
        ("client add App --public", "A public client needs a --redirect-uri"),
        ("client add App --public --auth-method client_secret_post", "--public is --auth-method"),
        ("client add App --grant-type nonsense", "'nonsense' is not one of"),
        ("client add App --auth-method nonsense", "'nonsense' is not one of"),
        ("client secret x --overlap -1", "Invalid value for '--overlap'"),
        ("client show", "Missing argument"),
    ],
)
def test_wrong_usage(idp: Idp, line: str, sentence: str) -> None:
    """Options that contradict each other are a wrong usage."""
    result = idp(line)

    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        ('{"client_name": ', "Standard input is not JSON (line 1: Expecting value)."),
        (b"\xff\xfe\xfd", "Standard input is not JSON."),
        ("[" * 100_000, "Standard input is not JSON."),
        ("[]", "The metadata must be a JSON object."),
        ('{"redirect_uris": "https://a.example/"}', "redirect_uris must be a list."),
        (
            '{"redirect_uris": ["https://a.example/"], "tls_client_auth_san_dns": "a.example"}',
            "tls_client_auth_san_dns is not supported; leave it out.",
        ),
    ],
)
def test_refused_metadata(idp: Idp, metadata: str | bytes, sentence: str) -> None:
    """What is wrong in a file is told in the words of the file."""
    result = idp("client add --metadata -", metadata)

    assert (result.exit_code, result.stderr) == (1, f"Error: {sentence}\n")


def test_missing_metadata(idp: Idp) -> None:
    """A file that is not there is told in a sentence."""
    result = idp("client add --metadata missing.json")

    assert result.exit_code == 1
    assert result.stderr == ("Error: missing.json cannot be read (No such file or directory).\n")
