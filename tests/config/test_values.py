"""The values that a setting may have, and the sentences about those that it may not."""

import sys

import pytest

from idp.config import load_config
from tests.config.problems import problems_of


@pytest.mark.parametrize(
    "issuer",
    [
        "https://id.example.com",
        "https://id.example.com:8443",
        "https://ID.example.com/auth/v1",
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://[::1]:8000",
        "http://localhost:8000/idp",
    ],
)
def test_issuer_is_kept_as_written(issuer: str) -> None:
    """A good issuer is kept letter for letter."""
    assert load_config(issuer=issuer).issuer == issuer


@pytest.mark.parametrize(
    "issuer",
    [
        "",
        "id.example.com",
        "//id.example.com",
        "https://",
        "https:///path",
        "HTTPS://id.example.com",
        "ftp://id.example.com",
        "https://id.example.com/",
        "https://id.example.com/auth/",
        "https://id.example.com//auth",
        "https://id.example.com/a/../b",
        "https://id.example.com?x=1",
        "https://id.example.com?",
        "https://id.example.com#x",
        "https://id.example.com#",
        "https://user@id.example.com",
        "https://user:hunter2@id.example.com",
        "https://id.example.com:port",
        "https://id.example.com:99999",
        "https://id.example.com\\@evil.example",
        "https://id.example.com/a b",
        "https://id.example.com\n",
        "https://[::1",
        "http://id.example.com",
        "http://128.0.0.1",
        "http://0.0.0.0",
        "http://localhost.example.com",
    ],
)
def test_issuer_refused(issuer: str) -> None:
    """An issuer that is not an https URL without extras is refused."""
    (problem,) = problems_of(issuer=issuer)

    assert problem.startswith("issuer must ")
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("url", "async_url"),
    [
        ("sqlite:///var/idp.db", "sqlite+inloop:///var/idp.db"),
        ("sqlite:////var/idp.db", "sqlite+inloop:////var/idp.db"),
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h:5432/d", "postgresql+asyncpg://u:p@h:5432/d"),
        ("postgresql+asyncpg://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://h/d?sslmode=require", "postgresql+asyncpg://h/d?ssl=require"),
    ],
)
def test_database_urls(url: str, async_url: str) -> None:
    """A database URL as people write it becomes one with an asyncio driver."""
    assert load_config(database={"url": url}).database.async_url == async_url


def test_secrets_are_not_printed() -> None:
    """Printing the configuration shows neither the pepper nor the passwords of others."""
    config = load_config(
        passwords={"pepper": "correct horse"},
        database={"url": "postgresql://u:hunter2@h/d"},
        mail={"username": "idp", "password": "tr0ub4dor"},
    )

    assert "horse" not in repr(config)
    assert "hunter2" not in repr(config)
    assert "tr0ub4dor" not in repr(config)


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("server", "port", "abc", "server.port must be a whole number, not 'abc'."),
        ("server", "port", True, "server.port must be a whole number, not true."),
        ("server", "port", 0, "server.port must be at least 1, not 0."),
        ("server", "port", 65536, "server.port must be at most 65535, not 65536."),
        ("server", "host", "", "server.host must not be empty, not ''."),
        ("server", "dev", "perhaps", "server.dev must be true or false, not 'perhaps'."),
        ("throttle", "window", -1, "throttle.window must be at least 1, not -1."),
        ("throttle", "window", 1.5, "throttle.window must be a whole number, not 1.5."),
        ("log", "file", 5, "log.file must be text, not 5."),
        ("log", "level", "loud", "log.level must be 'debug', 'info', 'warning' or 'error',"),
        ("database", "url", "mysql://u:hunter2@h/d", "database.url must begin with sqlite:///"),
        ("database", "url", "sqlite://var/idp.db", "database.url must have three slashes"),
        ("keys", "rsa_bits", 1024, "keys.rsa_bits must be at least 2048, not 1024."),
        ("keys", "algorithms", ["ES256"], "keys.algorithms must have RS256 among them,"),
        ("keys", "algorithms", ["RS256", "HS256"], "keys.algorithms must be 'RS256', 'PS256',"),
        ("keys", "algorithms", ["RS256", "RS256"], "keys.algorithms must name each algorithm"),
        ("keys", "algorithms", 5, "keys.algorithms must be a list, not 5."),
        ("keys", "algorithms", "[RS256", "keys.algorithms must be a list, with commas"),
        ("passwords", "bcrypt_cost", 3, "passwords.bcrypt_cost must be at least 4, not 3."),
        ("passwords", "scheme", "md5", "passwords.scheme must be 'bcrypt' or 'argon2id', not"),
        ("passwords", "argon2_memory_kib", 64, "passwords.argon2_memory_kib must be at least 128"),
        ("passwords", "argon2_passes", 17, "passwords.argon2_passes must be at most 16, not 17."),
        ("passwords", "argon2_lanes", 0, "passwords.argon2_lanes must be at least 1, not 0."),
        ("passwords", "hashing_deadline", 0, "passwords.hashing_deadline must be at least 1"),
        ("passwords", "min_length", 7, "passwords.min_length must be at least 8, not 7."),
        ("passwords", "min_length", 300, "passwords.max_length must be at least passwords.min"),
        ("passwords", "min_score", 5, "passwords.min_score must be at most 4, not 5."),
        ("tokens", "authorization_code_lifetime", 601, "must be at most 600, not 601."),
        ("protocol", "pushed_request_lifetime", 600, "must be at most 599, not 600."),
        ("scopes", "a b", "See it", "scopes must have names of printable ASCII"),
        ("scopes", "openid", "See it", "scopes must not declare openid, profile or"),
        ("scopes", "idp.admin", "Rule it", "scopes must not declare idp.admin,"),
        ("scopes", "a", "", "scopes must be one line of text"),
        ("scopes", "a", 5, "scopes.a must be text, not 5."),
        ("branding", "name", " ", "branding.name must be one line of text"),
        ("branding", "name", "a\nb", "branding.name must be one line of text"),
        ("branding", "name", "x" * 65, "branding.name must have at most 64 characters."),
        ("mail", "server", "smtp://mail.example.com", "mail.server must be a host, without"),
        ("mail", "server", "mail.example.com:25", "mail.server must be a host, without"),
        ("mail", "security", "ssl", "mail.security must be 'starttls', 'tls' or 'none',"),
        ("mail", "from_address", "idp", "mail.from_address must be an email address such"),
        ("mail", "from_address", "a@b.example\nBcc: c@d.example", "must be an email address such"),
        ("mail", "from_name", "a\nb", "mail.from_name must be one line of text"),
        ("mail", "timeout", 51, "mail.timeout must be at most 50, not 51."),
        ("mail", "password", "hunter2", "mail.password must go with mail.username."),
        ("fetch", "allowed_networks", ["intranet"], "fetch.allowed_networks must be addresses"),
        ("server", "client_certificate_header", "A B", "must be the name of a header, or empty"),
        ("server", "client_certificate_header", "X-C", "must go with server.trusted_proxies"),
        ("server", "client_certificates_verified", True, "server.client_certificate_header"),
        ("server", "mtls_url", "https://a.example", "server.client_certificate_header"),
        ("server", "mtls_url", "https://a.example/b", "must be a scheme and a host"),
        ("server", "mtls_url", "https://a.example/", "must not end with a slash"),
        ("server", "mtls_url", "http://localhost", "must be a scheme and a host"),
        ("server", "trusted_proxies", ["10.0.0.1/8"], "server.trusted_proxies must be addresses"),
    ],
)
def test_wrong_values(section: str, key: str, value: object, sentence: str) -> None:
    """A wrong value is answered with its name, what it must be, and what it is."""
    (problem,) = problems_of(None, **{section: {key: value}})

    assert sentence in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    "pepper",
    ["changeme", "change-me", "Change_Me!", "secret", "password", "example-pepper", "", "   "],
)
def test_placeholders(pepper: str) -> None:
    """A pepper that was copied from somewhere is refused, and not repeated."""
    (problem,) = problems_of(passwords={"pepper": pepper})

    assert problem == (
        "passwords.pepper must be a random secret, not a placeholder; or leave it out."
    )


@pytest.mark.parametrize(
    "url",
    ["", "https://ranges.example/range/", "https://ranges.example/", "http://127.0.0.1:80/r/"],
)
def test_range_url_is_kept_as_written(url: str) -> None:
    """Digits are appended to it."""
    assert load_config(passwords={"breached_url": url}).passwords.breached_url == url


@pytest.mark.parametrize(
    "url",
    [
        "ranges.example/",
        "http://ranges.example/range/",
        "https://ranges.example/range",
        "https://ranges.example/range?digits=",
        "https://ranges.example/?a=/",
        "https://ranges.example/#/",
        "https://user@ranges.example/",
        "https://[::1/",
        "https://ranges.example/a b/",
    ],
)
def test_range_url_refused(url: str) -> None:
    """Over http everybody on the way would read which passwords are looked up."""
    (problem,) = problems_of(passwords={"breached_url": url})

    assert problem.startswith(
        "passwords.breached_url must be empty, or a URL that begins with https:// and ends with"
        " a slash"
    )


def test_scheme_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id is an extra, and who chose it without is told what to install."""
    monkeypatch.setitem(sys.modules, "argon2", None)

    (problem,) = problems_of(passwords={"scheme": "argon2id"})

    assert problem == (
        "passwords.scheme must be a scheme whose package is installed (pip install argon2-cffi),"
        " not 'argon2id'."
    )
