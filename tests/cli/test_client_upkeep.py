"""`idp client`, once there is one: list, show, remove, secret."""

import json
import re

import pytest

from tests.cli.conftest import Idp, at_terminal


def test_list(idp: Idp, client_id: str) -> None:
    """People get a table, programs get metadata."""
    head, row = idp("client list").stdout.splitlines()
    (client,) = json.loads(idp("client list --json").stdout)

    assert head.split() == ["CLIENT", "ID", "NAME", "KIND", "GRANT", "TYPES", "SINCE"]
    assert row.split()[:3] == [client_id, "App", "confidential"]
    assert client["client_id"] == client_id


def test_list_of_none(idp: Idp) -> None:
    """An empty list says how to go on."""
    assert idp("client list").stdout == (
        "There are no clients yet: `idp client add` registers one.\n"
    )


def test_show(idp: Idp, client_id: str) -> None:
    """A client is shown as it is registered."""
    lines = idp(f"client show {client_id}").stdout.splitlines()

    assert lines[0].split() == ["client_id", client_id]
    assert lines[1].split() == ["client_name", "App"]
    assert ["redirect_uris", "https://app.example/cb"] in [line.split() for line in lines]
    assert ["client_secret", "set"] in [line.split() for line in lines]


def test_show_tells_that_a_client_has_to_push(idp: Idp) -> None:
    """What a client was registered with by its metadata is shown with the rest (RFC 9126 §6)."""
    metadata = {
        "client_id": "pushes",
        "redirect_uris": ["https://app.example/cb"],
        "token_endpoint_auth_method": "none",
        "require_pushed_authorization_requests": True,
    }
    assert idp("client import -", json.dumps(metadata)).exit_code == 0

    lines = [line.split() for line in idp("client show pushes").stdout.splitlines()]

    assert ["require_pushed_authorization_requests", "yes"] in lines


@pytest.mark.parametrize(
    "line",
    ["show x", "remove x", "remove x --yes", "secret x", "show a/b", "disable x", "enable x"],
)
def test_unknown_client(idp: Idp, line: str) -> None:
    """A client that does not exist is told in a sentence."""
    result = idp(f"client {line}")

    assert result.exit_code == 1
    assert result.stderr == "Error: There is no such client: `idp client list` shows all.\n"


def test_disable_and_enable(idp: Idp, client_id: str) -> None:
    """A client that is disabled is shown as such, until it is enabled again."""
    idp(f"client disable {client_id}")
    disabled = idp("client list").stdout
    idp(f"client enable {client_id}")

    assert "disabled" in disabled
    assert "disabled" not in idp("client list").stdout


def test_remove(idp: Idp, client_id: str) -> None:
    """With --yes, a client is removed without a question."""
    result = idp(f"client remove {client_id} --yes")

    assert (result.exit_code, result.stdout) == (0, f"Removed {client_id}.\n")
    assert json.loads(idp("client list --json").stdout) == []


def test_remove_without_terminal(idp: Idp, client_id: str) -> None:
    """Where nobody can be asked, --yes is needed."""
    result = idp(f"client remove {client_id}", "y\n")

    assert result.exit_code == 1
    assert result.stderr == ("Error: There is no terminal to ask for confirmation: add --yes.\n")
    assert json.loads(idp("client list --json").stdout) != []


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_remove_asks(idp: Idp, client_id: str, answer: str, code: int) -> None:
    """At a terminal, the person is asked, and whoever says no has changed nothing."""
    exit_code, seen = at_terminal(f"client remove {client_id}", answer)

    assert exit_code == code
    assert "Remove App, and all that people have allowed it?" in seen
    assert bool(json.loads(idp("client list --json").stdout)) is (answer == "n")


def test_secret(idp: Idp, client_id: str) -> None:
    """A new secret is printed once, and the old one gets an end."""
    result = idp(f"client secret {client_id}")

    assert result.exit_code == 0
    assert re.search(r"^  client_secret  idp_cs_\S+$", result.stdout, re.MULTILINE)
    assert "The one before ends " in result.stderr
    shown = idp(f"client show {client_id}").stdout
    assert [line.split()[1] for line in shown.splitlines() if "client_secret " in line] == [
        "set",
        "until",
    ]


def test_secret_as_json(idp: Idp, client_id: str) -> None:
    """Programs get the new secret and the end of the old one."""
    secret = json.loads(idp(f"client secret {client_id} --overlap 0 --json").stdout)

    assert set(secret) == {
        "client_id",
        "client_secret",
        "client_secret_expires_at",
        "old_client_secret_expires_at",
    }


def test_third_secret(idp: Idp, client_id: str) -> None:
    """Whoever makes a third secret is told that the first has ended."""
    idp(f"client secret {client_id}")

    result = idp(f"client secret {client_id}")

    assert "Only two can be good at a time" in result.stderr


def test_secret_of_public_client(idp: Idp) -> None:
    """A client without a secret gets none."""
    added = idp("client add App --redirect-uri https://a.example/ --public --json")
    client_id = json.loads(added.stdout)["client_id"]

    result = idp(f"client secret {client_id}")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: This client has no secret")
