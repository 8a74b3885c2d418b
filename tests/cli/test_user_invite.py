"""`idp user invite`, and what an operator says of addresses."""

import json
import re

import pytest

from idp.cli.user import INVITATIONS_OFF
from tests.cli.conftest import Idp


@pytest.fixture(autouse=True)
def _by_invitation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDP_REGISTRATION__MODE", "invite")


def test_link(idp: Idp) -> None:
    """The link is printed alone, and another one is in the outbox."""
    result = idp("user invite carol@example.com --name Carol --admin")

    assert result.exit_code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/mail/[\w-]{43}\n", result.stdout)
    assert "good for a week" in result.stderr
    (delivery,) = json.loads(idp("delivery list --json").stdout)
    assert (delivery["kind"], delivery["target"]) == ("mail", "carol@example.com")
    assert json.loads(idp("user list --json").stdout) == []


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("carol", "EMAIL: Enter an email address, such as name@example.com."),
        ("a@b.example,c@d.example", "EMAIL: Enter an email address, such as name@example.com."),
        ("ALICE@example.com", "EMAIL: There is an account with this email address."),
    ],
)
def test_refused(idp: Idp, alice: str, email: str, sentence: str) -> None:
    """Who cannot be mailed, or has an account, is not invited."""
    result = idp(f"user invite {email}")

    assert (result.exit_code, result.stderr) == (1, f"Error: {sentence}\n")
    assert json.loads(idp("delivery list --json").stdout) == []


def test_off(idp: Idp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody may make an account, nobody is invited to."""
    monkeypatch.setenv("IDP_REGISTRATION__MODE", "off")

    result = idp("user invite carol@example.com")

    assert (result.exit_code, result.stderr) == (1, f"Error: {INVITATIONS_OFF}\n")


@pytest.mark.parametrize(("option", "is_verified"), [("", False), (" --email-verified", True)])
def test_verified(idp: Idp, option: str, is_verified: bool) -> None:
    """An operator may know that an address is a person's; otherwise nobody does."""
    line = "user add bob --email bob@example.com --password-stdin"

    idp(line + option, "correct horse battery staple\n")

    (user,) = json.loads(idp("user list --json").stdout)
    assert user["email_verified"] is is_verified
