"""Identifiers that begin with a dash, as some keys and clients of other servers have them."""

import json
import re
from pathlib import Path

import pytest

from idp.cli import app
from idp.cli.verb import IDENTIFIER, arranged
from tests.cli.conftest import Idp

KID = "-h6VZYvB0sEj1q9H--json_2mTzD3XcQwKpLrNfGuhA"
DASHES = "--config_n0sEj1q9H2mTzD3XcQwKpLrNfGuhA12345"
ID = "-hsEj1q9H2mTzD3XcQwKpL"


@pytest.mark.parametrize("kid", [KID, DASHES])
@pytest.mark.parametrize("line", ["{}", "{} --debug", "--debug {}", "--config c.toml {}", "-- {}"])
def test_key_that_begins_with_a_dash(idp: Idp, kid: str, line: str) -> None:
    """It is looked for, wherever it stands, and whatever its letters would mean as options."""
    Path("c.toml").touch()

    result = idp("keys discard " + line.format(kid))

    assert result.exit_code == 1
    assert "There is no such key" in result.stderr


def test_client_that_begins_with_a_dash(idp: Idp) -> None:
    """A client that came with its id from another server is shown, changed and removed."""
    metadata = {"client_id": ID, "client_name": "App", "redirect_uris": ["https://app.example/cb"]}
    Path("client.json").write_text(json.dumps(metadata | {"client_secret": "s" * 43}))
    assert idp("client import client.json").exit_code == 0

    shown = idp(f"client show {ID} --json")
    removed = idp(f"client remove {ID} --yes")

    assert json.loads(shown.stdout)["client_id"] == ID
    assert removed.exit_code == 0
    assert idp(f"client show {ID}").exit_code == 1


@pytest.mark.parametrize("line", ["--jsno", "-j", "-", "--debug=1"])
def test_what_is_no_identifier_is_an_option(idp: Idp, line: str) -> None:
    """Whoever mistypes an option is told so."""
    result = idp(f"keys list {line}")

    assert result.exit_code == 2


def test_value_of_an_option_stays_with_it() -> None:
    """What follows an option that has a value is no argument, whatever it looks like."""
    args = ["--config", ID, "-", "--json", KID, "name"]

    assert arranged(args, {"--config"}) == ["--config", ID, "--json", "--", "-", KID, "name"]
    assert arranged(["--config", ID, "name"], {"--config"}) == ["--config", ID, "name"]


def test_no_option_is_written_like_an_identifier(idp: Idp) -> None:
    """Or it could not be given any more."""
    nouns = [each.name for each in app.registered_groups]
    verbs = [
        f"{noun} {verb}"
        for noun in nouns
        for verb in re.findall(r"^  ([a-z][a-z-]+)", idp(f"{noun} -h").stdout, re.MULTILINE)
    ]

    options = {
        option
        for verb in verbs
        for option in re.findall(r"(?<!\S)-[\w-]+", idp(f"{verb} -h").stdout)
    }

    assert {"--json", "--config", "--debug"} <= options
    assert not [each for each in options if IDENTIFIER.fullmatch(each)]
