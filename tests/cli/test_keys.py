"""`idp keys`."""

import json
from collections import Counter
from pathlib import Path

from tests.cli.conftest import Idp


def test_list_before_the_first_start(idp: Idp) -> None:
    """Without keys, it says where they come from, and makes none."""
    assert idp("keys list").stdout.startswith("There are no keys yet")
    assert json.loads(idp("keys list --json").stdout) == []


def test_list(idp: Idp) -> None:
    """Each algorithm has a key that signs and one that will."""
    idp("keys rotate")

    table = idp("keys list").stdout.splitlines()
    keys = json.loads(idp("keys list --json").stdout)

    assert table[0].startswith("ALGORITHM  STATE   KEY ID")
    assert len(table) == 7
    assert Counter(key["state"] for key in keys) == {"active": 3, "next": 3}
    assert all(Path("keys", f"{key['kid']}.pem").exists() for key in keys)


def test_private_keys_are_not_shown(idp: Idp) -> None:
    """What is listed is public."""
    idp("keys rotate")

    keys = json.loads(idp("keys list --json").stdout)

    assert not [key for key in keys if "d" in key["public_jwk"]]


def test_rotate_too_early(idp: Idp) -> None:
    """Keys that clients may not know are not used, and it says when they can be."""
    idp("keys rotate")
    before = idp("keys list").stdout

    result = idp("keys rotate")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Clients may still keep a list without the next keys:")
    assert "in 65 minutes; or at once with --now" in result.stderr
    assert idp("keys list").stdout == before


def test_rotate_now(idp: Idp) -> None:
    """With --now, the next keys sign at once."""
    idp("keys rotate")
    keys = json.loads(idp("keys list --json").stdout)
    following = {key["kid"] for key in keys if key["state"] == "next"}

    result = idp("keys rotate --now")

    keys = json.loads(idp("keys list --json").stdout)
    assert result.exit_code == 0
    assert {key["kid"] for key in keys if key["state"] == "active"} == following
    assert all(kid in result.stdout for kid in following)


def test_missing_key_file(idp: Idp) -> None:
    """A key without its file is told in a sentence."""
    idp("keys rotate")
    for file in Path("keys").iterdir():
        file.unlink()

    result = idp("keys rotate --now")

    assert result.exit_code == 3
    assert ".pem is missing: copy it from the server that made it" in result.stderr
    assert result.stderr.count("\n") == 1


def test_discard(idp: Idp) -> None:
    """A key that was stolen is taken out of use, and the next one signs instead."""
    idp("keys rotate")
    keys = json.loads(idp("keys list --json").stdout)
    stolen = next(k for k in keys if (k["algorithm"], k["state"]) == ("RS256", "active"))

    result = idp(f"keys discard {stolen['kid']}")

    keys = json.loads(idp("keys list --json").stdout)
    active = [k["kid"] for k in keys if (k["algorithm"], k["state"]) == ("RS256", "active")]
    assert result.exit_code == 0
    assert len(active) == 1
    assert active != [stolen["kid"]]


def test_discard_unknown_key(idp: Idp) -> None:
    """A key that is not there cannot be discarded."""
    result = idp("keys discard nothing")

    assert result.exit_code == 1
    assert result.stderr == "Error: There is no such key: `idp keys list` shows all.\n"
