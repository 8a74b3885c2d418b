"""Mistakes in the sources: each is named with its place, and no secret is repeated."""

from pathlib import Path

import pytest

from idp.config import ConfigError, load_config
from tests.config.problems import problems_of


def test_unknown_keys_in_the_file(working_directory: Path) -> None:
    """Every unknown key of the file is named, with what was probably meant."""
    (working_directory / "config.toml").write_text(
        'isuer = "x"\nport = 1\nlog = 5\n[server]\nprot = 1\n[databse]\nurl = "hunter2"\n[zzz]\nx=1'
    )

    assert problems_of() == (
        "config.toml: isuer is not a setting. Did you mean issuer?",
        "config.toml: port is not a setting. Did you mean server.port?",
        "config.toml: log must be a table of settings.",
        "config.toml: server.prot is not a setting. Did you mean server.port?",
        "config.toml: databse is not a setting. Did you mean database?",
        "config.toml: zzz is not a setting.",
    )


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("IDP_ISUER", " Did you mean IDP_ISSUER?"),
        ("IDP_SERVER__PROT", " Did you mean IDP_SERVER__PORT?"),
        ("IDP_SERVER_PORT", " Did you mean IDP_SERVER__PORT?"),
        ("IDP_PEPPER", " Did you mean IDP_PASSWORDS__PEPPER?"),
        ("IDP_DATABSE__URL", " Did you mean IDP_DATABASE__URL?"),
        ("IDP_ISSUER__X", " Did you mean IDP_ISSUER?"),
        ("IDP_SCOPES_FILE", " Did you mean IDP_SCOPES?"),
        ("IDP_ZZZ", ""),
    ],
)
def test_unknown_variables(variable: str, hint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An IDP_ variable that sets nothing is named, and its value is not."""
    monkeypatch.setenv(variable, "hunter2")

    assert problems_of() == (f"{variable} is not a setting.{hint}",)


@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        ("IDP_SERVER", "IDP_SERVER: server must be a table of settings."),
        ("IDP_SCOPES", "IDP_SCOPES: scopes must be a table of settings."),
        ("IDP_SERVER__PORT__X", "IDP_SERVER__PORT__X: server.port must be a whole number."),
        ("IDP_DATABASE__URL", "IDP_DATABASE__URL: database.url must begin with sqlite:/// or"),
    ],
)
def test_wrong_variables(variable: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable with a wrong value is named, and a value that may be secret is not."""
    monkeypatch.setenv(variable, "{hunter2")

    (found,) = problems_of()

    assert found.startswith(problem)
    assert "hunter2" not in found


def test_unknown_secret_files(working_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret file that sets nothing is named with its place, and its value is not."""
    (working_directory / "idp_pepper").write_text("hunter2")
    monkeypatch.setenv("IDP_SECRETS_DIR", str(working_directory))

    assert problems_of() == (
        f"{working_directory}/idp_pepper: pepper is not a setting. Did you mean passwords.pepper?",
    )


def test_wrong_values_tell_where_they_stand(
    working_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong value is found in the file, the variable or the secret file that holds it."""
    (working_directory / "my.toml").write_text("[server]\nport = 0\n")
    (working_directory / "idp_log__backups").write_text("many\n")
    monkeypatch.setenv("IDP_SECRETS_DIR", str(working_directory))
    monkeypatch.setenv("IDP_DATABASE__POOL_SIZE", "big")

    assert problems_of(Path("my.toml")) == (
        "my.toml: server.port must be at least 1, not 0.",
        "IDP_DATABASE__POOL_SIZE: database.pool_size must be a whole number, not 'big'.",
        f"{working_directory}/idp_log__backups: log.backups must be a whole number, not 'many'.",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('issuer = "x"\nport = = 1\n', "config.toml, line 2: Invalid value."),
        ('issuer = "x"\nissuer = "y"\n', "config.toml, line 2: Cannot overwrite a value."),
        ('issuer = """x\n\n', "config.toml, line 2: Unterminated string."),
    ],
)
def test_syntax_errors(text: str, sentence: str, working_directory: Path) -> None:
    """A file that is not TOML is answered with the line."""
    (working_directory / "config.toml").write_text(text)

    assert problems_of() == (sentence,)


def test_missing_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or directory that was named must be there."""
    assert problems_of(Path("mine.toml")) == ("mine.toml does not exist.",)

    monkeypatch.setenv("IDP_CONFIG", "theirs.toml")
    assert problems_of() == ("theirs.toml does not exist.",)

    monkeypatch.delenv("IDP_CONFIG")
    monkeypatch.setenv("IDP_SECRETS_DIR", "secrets")
    assert problems_of() == ("IDP_SECRETS_DIR: secrets is not a directory.",)

    monkeypatch.delenv("IDP_SECRETS_DIR")
    monkeypatch.setenv("IDP_PASSWORDS__PEPPER_FILE", "pepper")
    assert problems_of() == ("pepper does not exist.",)


def test_unreadable_files(working_directory: Path) -> None:
    """A file that is no text is refused in a sentence."""
    (working_directory / "config.toml").write_bytes(b"\xff\xfe")
    (working_directory / "directory").mkdir()

    assert problems_of() == ("config.toml is not UTF-8 text.",)
    assert problems_of(Path("directory")) == ("directory cannot be read (Is a directory).",)


def test_no_traceback_reaches_the_reader() -> None:
    """The error has no cause or context that would print values."""
    with pytest.raises(ConfigError) as caught:
        load_config(passwords={"pepper": "secret"})

    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
