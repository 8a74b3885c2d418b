"""`idp config`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Idp


def test_no_file(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything, all has its default."""
    monkeypatch.delenv("IDP_PASSWORDS__BCRYPT_COST")

    result = idp("config check")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "File: none, so that every setting has its default\nThe settings are valid.\n"
    )


@pytest.mark.parametrize("line", ["config check", "config check --config own.toml"])
def test_file_is_named(idp: Idp, line: str) -> None:
    """The file in force is named."""
    for name in ("config.toml", "own.toml"):
        Path(name).write_text("[server]\nmax_body_bytes = 1000\n")

    result = idp(line)

    assert result.stdout.startswith(f"File: {'own' if 'own' in line else 'config'}.toml\n")


def test_overrides_are_listed(idp: Idp, monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    """What wins over the file is listed with its origin, and secrets without their value."""
    Path("config.toml").write_text("[branding]\nname = 'Acme'\n")
    Path("url").write_text("postgresql://idp:hunter2@db.example/idp\n")
    Path("secrets").mkdir()
    Path("secrets/idp_passwords__pepper").write_text("a very long pepper")
    monkeypatch.setenv("IDP_DATABASE__URL_FILE", "url")
    monkeypatch.setenv("IDP_SECRETS_DIR", "secrets")
    monkeypatch.setenv("IDP_SCOPES__NOTES", "Read notes")
    monkeypatch.setenv("IDP_SERVER__TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2")

    result = idp("config check")

    rows = [line.split(maxsplit=1) for line in result.stdout.splitlines()[3:-1]]
    assert {name: " ".join(rest.split()) for name, rest in rows} == {
        "server.trusted_proxies": "10.0.0.1, 10.0.0.2 IDP_SERVER__TRUSTED_PROXIES",
        "passwords.bcrypt_cost": "4 IDP_PASSWORDS__BCRYPT_COST",
        "scopes.notes": "Read notes IDP_SCOPES__NOTES",
        "database.url": "(not shown) IDP_DATABASE__URL_FILE",
        "passwords.pepper": "(not shown) secrets/idp_passwords__pepper",
    }
    assert "hunter2" not in result.output
    assert "a very long pepper" not in result.output


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"IDP_SERVER__DEV": "true"}, "server.dev adds a demo user"),
        ({"IDP_SERVER__PORT": "9000"}, "issuer and server.port name different ports"),
        ({"IDP_SERVER__HOST": "0.0.0.0"}, "issuer is an address of this machine only"),
        ({"IDP_PASSWORDS__BCRYPT_COST": "4"}, "passwords.bcrypt_cost = 4 is for tests"),
        ({"IDP_CLIENT_REGISTRATION__SCOPES": "x"}, "client_registration.scopes has a word"),
        (
            {"IDP_ISSUER": "https://a.example", "IDP_REGISTRATION__MODE": "open"},
            "mail.server names no server, so nobody gets the mail that makes them an account",
        ),
        (
            {"IDP_ISSUER": "https://a.example", "IDP_SIGN_IN__EMAIL_CODE": "true"},
            "mail.server names no server, so nobody gets the code that they sign in with",
        ),
        (
            {"IDP_MAIL__SERVER": "mail.example", "IDP_MAIL__SECURITY": "none"},
            "mail.security = none lets everybody on the way",
        ),
        (
            {
                "IDP_SERVER__TRUSTED_PROXIES": "10.0.0.0/8,::/0",
                "IDP_SERVER__CLIENT_CERTIFICATE_HEADER": "Client-Cert",
            },
            "server.trusted_proxies is everybody",
        ),
        ({"IDP_SERVER__WORKERS": "2"}, "server.workers is more than one"),
        (
            {"IDP_CLIENT_REGISTRATION__AUTHORIZATION_DETAILS_TYPES": "payment"},
            "client_registration.authorization_details_types has one",
        ),
        (
            {"IDP_RESOURCES": '{"urn:a": {"name": "A", "access_token_lifetime": 601}}'},
            "[resources] has a longer access_token_lifetime",
        ),
    ],
)
def test_warnings(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], sentence: str
) -> None:
    """What is allowed and probably not meant is a warning."""
    monkeypatch.delenv("IDP_PASSWORDS__BCRYPT_COST")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    result = idp("config check")

    assert result.exit_code == 0
    assert result.stderr.startswith(f"Warning: {sentence}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("line", ["config check", "serve"])
def test_missing_templates(idp: Idp, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Templates that are not there are missed before the first page is."""
    monkeypatch.setenv("IDP_TEMPLATES__DIRECTORY", "nowhere")

    result = idp(line)

    assert result.exit_code == 1
    assert result.stderr == "Error: templates.directory: nowhere is not a directory.\n"


@pytest.mark.parametrize("line", ["config check", "serve"])
def test_missing_authorities(idp: Idp, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """A file of authorities that is not there is told before anything is made."""
    monkeypatch.setenv("IDP_FETCH__CA_FILE", "ca.pem")

    result = idp(line)

    assert result.exit_code == 1
    assert "fetch.ca_file: ca.pem cannot be read (No such file or directory)." in result.stderr


@pytest.mark.parametrize("line", ["config check", "serve"])
def test_missing_list_of_breached_passwords(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Without it all passwords would be let through, so it is missed before a start."""
    monkeypatch.setenv("IDP_PASSWORDS__BREACHED_FILE", "breached.txt")

    result = idp(line)

    assert result.exit_code == 1
    assert (
        "passwords.breached_file: breached.txt cannot be read (No such file or directory)."
        in result.stderr
    )


def test_authorities_of_another_kind(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    """So is a file with something else in it."""
    monkeypatch.setenv("IDP_FETCH__CA_FILE", "ca.pem")
    (directory / "ca.pem").write_text("a certificate")

    result = idp("config check")

    assert result.exit_code == 1
    assert "fetch.ca_file: ca.pem has no certificate in the form of PEM." in result.stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "ci.json cannot be read (No such file or directory)."),
        ("a key", "ci.json has no JWK Set."),
        ("[]", "ci.json has no JWK Set."),
        ('{"keys": {}}', "ci.json has no JWK Set."),
    ],
)
def test_keys_of_a_trusted_issuer(
    idp: Idp, monkeypatch: pytest.MonkeyPatch, directory: Path, text: str | None, problem: str
) -> None:
    """An issuer whose keys are not there would be believed by nobody."""
    issuers = '{"https://ci.example": {"jwks": "ci.json", "user_by": "sub"}}'
    monkeypatch.setenv("IDP_TRUSTED_ISSUERS", issuers)
    if text is not None:
        (directory / "ci.json").write_text(text)

    result = idp("config check")

    assert result.exit_code == 1
    assert f"trusted_issuers.https://ci.example.jwks: {problem}" in result.stderr
