"""`idp client`: devices, and clients that ask people elsewhere."""

import json
from pathlib import Path

from tests.cli.conftest import Idp
from tests.parties.backchannel import BANK, CIBA
from tests.parties.devices import DEVICE_CODE


def test_device(idp: Idp) -> None:
    """A device is added by options alone, and told what it may ask for."""
    options = f"--grant-type {DEVICE_CODE} --grant-type refresh_token --public"

    added = json.loads(idp(f"client add Television {options} --json").stdout)

    assert added["grant_types"] == [DEVICE_CODE, "refresh_token"]
    assert added["token_endpoint_auth_method"] == "none"
    assert "offline_access" in added["scope"]


def test_client_that_asks_people_elsewhere_needs_a_file(idp: Idp) -> None:
    """How it hears of their answer has no option, and the refusal says so."""
    scope = {"scope": "openid"}
    Path("client.json").write_text(json.dumps(BANK | scope))

    refused = idp(f"client add Bank --grant-type {CIBA}")
    added = json.loads(idp("client add --metadata client.json --json").stdout)

    assert refused.exit_code != 0
    assert "use --metadata" in refused.stderr
    assert added["backchannel_token_delivery_mode"] == "poll"
