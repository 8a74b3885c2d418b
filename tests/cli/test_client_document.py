"""`idp client`, of one that nobody registered: its client_id is the URL of its metadata."""

import json
from datetime import timedelta

import pytest

from idp import clock
from idp.cli.running import run
from idp.cli.settings import load
from idp.clients.document_registration import register_by_document
from idp.clients.metadata import validate
from tests.cli.conftest import Idp
from tests.parties.documented import PROGRAM

CLIENT_ID = "https://app.example.com/client.json"


@pytest.fixture(autouse=True)
def client() -> None:
    """Let the client have come."""
    config = load(None)
    metadata = validate(PROGRAM | {"application_type": "native"}, config)
    end = clock.now() + timedelta(hours=1)
    run(config, lambda: register_by_document(CLIENT_ID, metadata, end, config))


def test_it_is_listed_and_shown(idp: Idp) -> None:
    """By what it is."""
    _, row = idp("client list").stdout.splitlines()
    shown = idp(f"client show {CLIENT_ID}")

    assert CLIENT_ID in row
    assert "public, by its document" in row
    assert shown.stdout.splitlines()[0].split() == ["client_id", CLIENT_ID]


def test_it_is_disabled_and_removed(idp: Idp) -> None:
    """As any other; removed, it may come again, so one that must not is disabled."""
    disabled = idp(f"client disable {CLIENT_ID}")
    listed = idp("client list").stdout
    removed = idp(f"client remove {CLIENT_ID} --yes")

    assert (disabled.exit_code, removed.exit_code) == (0, 0)
    assert "by its document, disabled" in listed
    assert CLIENT_ID not in idp("client list").stdout


def test_an_operator_registers_no_url(idp: Idp) -> None:
    """So a client_id that is a URL is always that of a document (§7.1)."""
    described = {"client_id": f"{CLIENT_ID}x", "client_secret": "s" * 32}
    metadata = {"client_name": "App", "redirect_uris": ["https://app.example.com/cb"]}

    result = idp("client import -", json.dumps(described | metadata))

    assert result.exit_code == 1
    assert "client_id must be 1 to 255 letters, digits, - or _." in result.stderr
