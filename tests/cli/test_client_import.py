"""`idp client import`: clients whose client_id and secret are settled already."""

import json
from pathlib import Path
from typing import Any

import pytest

from idp.cli.running import run
from idp.cli.settings import load
from idp.secret import Secret
from idp.storage.clients import find_client_row
from tests.cli.conftest import Idp

SECRET = "a-secret-of-32-characters-or-more-0001"
CLIENT: dict[str, Any] = {
    "client_id": "suite-1",
    "client_secret": SECRET,
    "client_name": "Suite",
    "redirect_uris": ["https://suite.example/cb"],
}
OTHER = {**CLIENT, "client_id": "suite-2"}


def listed(idp: Idp) -> dict[str, Any]:
    """Give the clients by their ids."""
    clients = json.loads(idp("client list --json").stdout)
    return {client["client_id"]: client for client in clients}


def secret_is_good(secret: str) -> bool:
    """Tell whether this is the one secret of the first client."""
    row = run(load(None), lambda: find_client_row("suite-1"))
    assert row is not None
    return row.secret_digest == Secret(secret).digest and row.old_secret_digest is None


def test_one_client(idp: Idp) -> None:
    """It has the client_id and the secret of the file, which is not shown again."""
    result = idp("client import -", json.dumps(CLIENT))

    assert result.exit_code == 0
    assert result.stdout == "Imported suite-1.\n"
    assert listed(idp)["suite-1"]["redirect_uris"] == CLIENT["redirect_uris"]
    assert secret_is_good(SECRET)


def test_several_clients(idp: Idp, directory: Path) -> None:
    """A list is imported as a whole."""
    (directory / "clients.json").write_text(json.dumps([CLIENT, OTHER]))

    result = idp("client import clients.json")

    assert result.stdout == "Imported suite-1, suite-2.\n"
    assert listed(idp).keys() == {"suite-1", "suite-2"}


def test_without_a_secret(idp: Idp) -> None:
    """A client that needs none has none."""
    public = {**CLIENT, "token_endpoint_auth_method": "none", "client_secret": None}

    assert idp("client import -", json.dumps(public)).exit_code == 0
    assert listed(idp)["suite-1"]["token_endpoint_auth_method"] == "none"


def test_of_an_operator(idp: Idp) -> None:
    """It may be one that administers the server."""
    machine = {**CLIENT, "redirect_uris": [], "grant_types": ["client_credentials"]}

    idp("client import -", json.dumps(machine | {"scope": "idp.admin"}))

    assert listed(idp)["suite-1"]["scope"] == "idp.admin"


def test_again(idp: Idp) -> None:
    """Without --replace nothing is changed; with it, all is as the file says, however often."""
    idp("client import -", json.dumps(CLIENT))
    changed = {**CLIENT, "client_name": "Anew", "client_secret": SECRET[::-1]}

    refused = idp("client import -", json.dumps([OTHER, changed]))
    before = listed(idp)
    replaced = [idp("client import --replace -", json.dumps([OTHER, changed])) for _ in range(2)]

    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: Client 2: there is a client with that client_id;")
    assert before.keys() == {"suite-1"}
    assert [result.exit_code for result in replaced] == [0, 0]
    assert {c["client_name"] for c in listed(idp).values()} == {"Suite", "Anew"}
    assert secret_is_good(SECRET[::-1])


@pytest.mark.parametrize(
    ("client", "sentence"),
    [
        ([], "The list is empty"),
        ("client", "Client 1: The metadata must be a JSON object."),
        ([CLIENT, {**OTHER, "redirect_uris": []}], "Client 2: redirect_uris must not be empty"),
        ([CLIENT, CLIENT], "Client 2: there is a client with that client_id"),
        (
            [CLIENT, {**OTHER, "sector_identifier_uri": "https://127.0.0.1:1/uris.json"}],
            "Client 2: sector_identifier_uri must lead to a JSON array",
        ),
        ({**CLIENT, "client_id": None}, "Client 1: client_id must be 1 to 255 letters"),
        ({**CLIENT, "client_id": "a b"}, "Client 1: client_id must be 1 to 255 letters"),
        ({**CLIENT, "client_id": 5}, "Client 1: client_id must be 1 to 255 letters"),
        ({**CLIENT, "client_secret": None}, "Client 1: client_secret must be 32 to 255 letters"),
        ({**CLIENT, "client_secret": "short"}, "Client 1: client_secret must be 32 to 255"),
        ({**CLIENT, "client_secret": f"{SECRET}:"}, "Client 1: client_secret must be 32 to 255"),
        (
            {**CLIENT, "token_endpoint_auth_method": "none"},
            "Client 1: client_secret must be left out if token_endpoint_auth_method is none.",
        ),
    ],
)
def test_what_cannot_be_imported(idp: Idp, client: object, sentence: str) -> None:
    """It is told which client and what to change, and none of the file is imported."""
    result = idp("client import -", json.dumps(client))

    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {sentence}")
    assert listed(idp) == {}


def test_subjects_become_pairwise(idp: Idp) -> None:
    """A client of the file that is there already gets the key of its sector, and loses it again."""
    for subject_type in ("pairwise", "public"):
        idp("client import --replace -", json.dumps({**CLIENT, "subject_type": subject_type}))
        row = run(load(None), lambda: find_client_row("suite-1"))

        assert row is not None
        assert (row.sector_key is not None) == (subject_type == "pairwise")
