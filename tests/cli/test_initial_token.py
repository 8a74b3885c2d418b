"""`idp client initial-token`: add, list, remove."""

import json
import re

import pytest

from tests.cli.conftest import Idp

NO_TOKEN = "Error: There is no such token: `idp client initial-token list` shows all.\n"


def test_add(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token is printed once; the list knows its uses and its end."""
    monkeypatch.setenv("IDP_CLIENT_REGISTRATION__MODE", "token")

    added = idp("client initial-token add --uses 3 --lifetime 3600")
    listed = idp("client initial-token list")

    token_id = re.findall(r"token_id +(\S+)", added.stdout)[0]
    token = re.findall(r"initial_access_token +(idp_iat_\S{43})\n", added.stdout)[0]
    assert added.stderr == "Keep the token now: nobody can show it again.\n"
    head, row = listed.stdout.splitlines()
    assert head.split() == ["TOKEN", "ID", "USES", "LEFT", "SINCE", "UNTIL"]
    assert row.split()[:2] == [token_id, "3"]
    assert token not in listed.stdout


def test_json(idp: Idp) -> None:
    """Programs get the same."""
    added = json.loads(idp("client initial-token add --json").stdout)
    listed = json.loads(idp("client initial-token list --json").stdout)

    assert added.pop("initial_access_token").startswith("idp_iat_")
    assert added["uses_left"] == 1
    assert listed == [added]


def test_registration_that_is_off(idp: Idp) -> None:
    """Who makes a token that is of no use yet, is told so."""
    assert "client_registration.mode is off" in idp("client initial-token add").stderr


def test_none(idp: Idp) -> None:
    """An empty list says how to go on."""
    assert idp("client initial-token list").stdout == (
        "There are no tokens: `idp client initial-token add` makes one.\n"
    )


def test_remove(idp: Idp) -> None:
    """It is gone after that, and cannot be removed again."""
    token_id = json.loads(idp("client initial-token add --json").stdout)["token_id"]

    removed = idp(f"client initial-token remove {token_id}")
    again = idp(f"client initial-token remove {token_id}")

    assert removed.stdout == f"Removed {token_id}.\n"
    assert (again.exit_code, again.stderr) == (1, NO_TOKEN)


@pytest.mark.parametrize("option", ["--uses 0", "--lifetime 0", "--uses x"])
def test_wrong_options(idp: Idp, option: str) -> None:
    """A token that is of no use is not made."""
    assert idp(f"client initial-token add {option}").exit_code == 2
