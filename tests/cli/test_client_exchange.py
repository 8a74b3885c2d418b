"""`idp client`: clients that exchange tokens, which a file describes."""

import json
from pathlib import Path

from tests.cli.conftest import Idp
from tests.parties.services import service
from tests.parties.trusted_issuer import CI


def test_what_is_registered_is_shown(idp: Idp) -> None:
    """Whom a client may bring the word of, and for whom it gets tokens, is seen at a glance."""
    issuers = f'[trusted_issuers]\n"{CI}" = {{ jwks = "ci.json", user_by = "sub" }}\n'
    Path("config.toml").write_text(issuers)
    metadata = service("stock", "https://bank.example", trusted_issuers=[CI], scope="openid")
    Path("client.json").write_text(json.dumps(metadata))

    added = json.loads(idp("client add --metadata client.json --json").stdout)
    shown = idp(f"client show {added['client_id']}").stdout

    for word in ("token-exchange", CI, "stock", "https://bank.example"):
        assert word in shown


def test_what_needs_a_file(idp: Idp) -> None:
    """There are no options for it, and the refusal says so."""
    exchange = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    Path("config.toml").write_text(
        f'[trusted_issuers]\n"{CI}" = {{ jwks = "ci.json", user_by = "sub" }}\n'
    )

    result = idp(f"client add App --grant-type {exchange}")

    assert result.exit_code != 0
    assert "trusted_issuers must be given" in result.stderr
    assert "use --metadata" in result.stderr
