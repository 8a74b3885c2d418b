"""The sources of the configuration, in their order."""

from pathlib import Path

import pytest

from idp.config import Config, DatabaseConfig, load_config


def test_order_of_sources(working_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller wins over the environment, that over secret files, those over config.toml."""
    (working_directory / "config.toml").write_text(
        "[throttle]\naccount_failures = 1\naddress_failures = 1\nwindow = 1\n[log]\nbackups = 1\n"
    )
    secrets = working_directory / "secrets"
    secrets.mkdir()
    (secrets / "idp_throttle__account_failures").write_text("2\n")
    (secrets / "idp_throttle__address_failures").write_text("2\n")
    (secrets / "idp_throttle__window").write_text("2\n")
    monkeypatch.setenv("IDP_SECRETS_DIR", str(secrets))
    monkeypatch.setenv("IDP_THROTTLE__ADDRESS_FAILURES", "3")
    monkeypatch.setenv("IDP_THROTTLE__WINDOW", "3")

    config = load_config(throttle={"window": 4})

    assert config.throttle.account_failures == 2
    assert config.throttle.address_failures == 3
    assert config.throttle.window == 4
    assert config.log.backups == 1


def test_named_secret_file(working_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """IDP_X_FILE names a file with the value; its last line break does not count."""
    (working_directory / "url").write_text("postgresql://idp:pw@db/idp\n")
    monkeypatch.setenv("IDP_DATABASE__URL_FILE", "url")

    assert load_config().database.url == "postgresql://idp:pw@db/idp"


def test_log_file_is_no_secret_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """IDP_LOG__FILE is the setting log.file itself."""
    monkeypatch.setenv("IDP_LOG__FILE", "var/idp.log")

    assert load_config().log.file == "var/idp.log"


def test_environment_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment gives numbers, switches, lists and tables as text."""
    monkeypatch.setenv("IDP_SERVER__PORT", "9000")
    monkeypatch.setenv("IDP_DOCS__ENABLED", "true")
    monkeypatch.setenv("IDP_SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1")
    monkeypatch.setenv("IDP_KEYS__ALGORITHMS", '["RS256", "EdDSA"]')
    monkeypatch.setenv("IDP_SCOPES", '{"calendar:read": "See your calendar"}')

    config = load_config()

    assert config.server.port == 9000
    assert config.docs.enabled is True
    assert config.server.trusted_proxies == ("10.0.0.0/8", "192.0.2.1")
    assert config.keys.algorithms == ("RS256", "EdDSA")
    assert config.scopes == {"calendar:read": "See your calendar"}


def test_tables_are_merged_key_by_key(
    working_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable may hold a table as JSON; keys that it does not have come from elsewhere."""
    (working_directory / "config.toml").write_text(
        '[log]\nbackups = 7\n[scopes]\nwrite = "Write it"\n'
    )
    monkeypatch.setenv("IDP_LOG", '{"level": "debug", "format": "json"}')
    monkeypatch.setenv("IDP_LOG__FORMAT", "text")
    monkeypatch.setenv("IDP_SCOPES__READ", "Read it")

    config = load_config()

    assert (config.log.backups, config.log.level, config.log.format) == (7, "debug", "text")
    assert config.scopes == {"write": "Write it", "read": "Read it"}


def test_secret_files_among_others(
    working_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of others in the directory of secrets do not matter; a link may lead out of it."""
    secrets = working_directory / "secrets"
    secrets.mkdir()
    (secrets / "keystore").write_bytes(b"\xff\xfe")
    (working_directory / "url").write_text("postgresql://idp:pw@db/idp\n")
    (secrets / "idp_database__url").symlink_to(working_directory / "url")
    monkeypatch.setenv("IDP_SECRETS_DIR", str(secrets))

    assert load_config().database.url == "postgresql://idp:pw@db/idp"


def test_only_loading_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Config that is made by hand has the defaults, whatever the environment says."""
    monkeypatch.setenv("IDP_SERVER__PORT", "9000")

    assert Config().server.port == 8000
    assert type(load_config()) is Config


def test_ignores_kubernetes_service_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that Kubernetes adds for a service called idp are not ours."""
    monkeypatch.setenv("IDP_SERVICE_HOST", "10.96.0.7")
    monkeypatch.setenv("IDP_SERVICE_PORT_HTTP", "8000")
    monkeypatch.setenv("IDP_PORT", "tcp://10.96.0.7:8000")
    monkeypatch.setenv("IDP_PORT_8000_TCP_ADDR", "10.96.0.7")
    monkeypatch.setenv("IDP_DB_PORT", "tcp://10.96.0.8:5432")

    assert load_config() == Config()


def test_sections_as_overrides(working_directory: Path) -> None:
    """A caller may give a whole section; what it does not set comes from below."""
    (working_directory / "config.toml").write_text("[database]\npool_size = 7\n")

    config = load_config(database=DatabaseConfig(timeout=1))

    assert (config.database.pool_size, config.database.timeout) == (7, 1)


def test_which_file(working_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A named file wins over IDP_CONFIG, and that over ./config.toml."""
    for name in ("config", "variable", "named"):
        (working_directory / f"{name}.toml").write_text(f'[branding]\nname = "{name}"\n')

    assert load_config().branding.name == "config"
    monkeypatch.setenv("IDP_CONFIG", "variable.toml")
    assert load_config().branding.name == "variable"
    assert load_config(Path("named.toml")).branding.name == "named"
