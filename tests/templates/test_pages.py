"""What single pages say, and where."""

from typing import Any

import pytest

from idp.web.templating import Templates
from tests.templates.account import (
    ACTIVITY,
    CONNECTIONS,
    DATA,
    DEVICES,
    FRAME,
    METHODS,
    OVERVIEW,
    PROFILE,
)
from tests.templates.contexts import (
    BRANDED,
    CONSENT,
    DEVICE,
    ERROR,
    LOGGED_OUT,
    LOGIN,
    LOGOUT,
    OWN,
    PASSWORD,
    RECOVERY_CODES,
    REGISTER,
    SELECT_ACCOUNT,
    SETUP,
    TELEVISION,
    TOTP_SETUP,
    TYPED,
    WRONG,
)
from tests.templates.openapi import OPENAPI
from tests.templates.page import show

SECURITY = FRAME | {"methods": METHODS}


@pytest.mark.parametrize(
    ("name", "context", "ids"),
    [
        ("login.html", LOGIN, "login-page username password login-submit login-cancel"),
        ("login.html", LOGIN | {"client": BRANDED}, "client-logo client-policy"),
        ("login.html", LOGIN, "client-policy client-tos"),
        ("consent.html", CONSENT, "consent-page consent-allow consent-deny client-policy"),
        ("consent.html", CONSENT, "client-tos"),
        ("consent.html", CONSENT | {"client": OWN}, "client-logo"),
        ("consent.html", CONSENT | {"polled": TELEVISION}, "consent-polled consent-user-code"),
        ("device.html", DEVICE, "device-page user-code device-submit"),
        ("select_account.html", SELECT_ACCOUNT, "select-account-page select-account-continue"),
        ("select_account.html", SELECT_ACCOUNT, "select-account-other"),
        ("select_account.html", SELECT_ACCOUNT, "select-account-cancel client-policy client-tos"),
        ("register.html", REGISTER, "client-policy client-tos"),
        ("register.html", REGISTER, "register-page username email name password register-submit"),
        ("setup.html", SETUP, "setup-page username email name password setup-submit"),
        ("account/overview.html", OVERVIEW, "account-page logout switch-account to-security"),
        (
            "account/profile.html",
            PROFILE,
            "profile-page name picture picture-submit",
        ),
        ("account/security.html", SECURITY, "security-page change-password manage-passkeys"),
        ("account/devices.html", DEVICES, "devices-page sign-out-others"),
        ("account/connections.html", CONNECTIONS, "connections-page"),
        ("account/activity.html", ACTIVITY, "activity-page older"),
        ("account/data.html", DATA, "data-page export-submit confirmation delete-submit"),
        ("account/deleted.html", {}, "deleted-page"),
        ("password.html", PASSWORD, "password-page current-password new-password password-submit"),
        ("totp_setup.html", TOTP_SETUP, "totp-setup-page totp-secret code totp-submit"),
        ("recovery_codes.html", RECOVERY_CODES, "recovery-codes-page recovery-codes-make"),
        ("logout.html", LOGOUT, "logout-confirm-page logout-confirm"),
        ("logout.html", LOGOUT | {"has_others": True}, "logout-all"),
        ("logged_out.html", LOGGED_OUT, "logged-out-page"),
        ("logged_out.html", LOGGED_OUT | {"location": "https://a.example/"}, "logout-continue"),
        ("error.html", ERROR, "error-page"),
    ],
)
def test_the_ids_that_automation_relies_on_are_there(
    templates: Templates, name: str, context: dict[str, Any], ids: str
) -> None:
    """Stable ids are a promise to those who drive these pages by program."""
    assert set(ids.split()) <= set(show(templates, name, context).ids)


@pytest.mark.parametrize(
    ("error", "username", "title", "focused", "sentence"),
    [
        (None, "", "Sign in", "username", ""),
        (None, "alice", "Sign in", "password", ""),
        ("invalid", "alice", "Error: Sign in", "password", "do not go together"),
        ("throttled", "", "Error: Sign in", "username", "Wait 5 minutes, then try again."),
    ],
)
def test_the_login_page_says_what_went_wrong_where_it_is_heard(
    templates: Templates, error: str | None, username: str, title: str, focused: str, sentence: str
) -> None:
    """An error is in the title, in an alert and at the fields, and the focus is where to go on."""
    context = LOGIN | {"error": error, "username": username, "retry_after_minutes": 5}

    page = show(templates, "login.html", context)

    fields = {str(field["id"]): field for field in page.all("input") if "id" in field}
    typed = [field for field in fields.values() if field.get("type") != "checkbox"]
    described = {field.get("aria-describedby") for field in typed}
    assert page.title == title
    assert [name for name, field in fields.items() if "autofocus" in field] == [focused]
    assert described == ({"login-error"} if error else {None})
    assert ("login-error" in page.ids) == bool(error)
    assert sentence in page.text


def test_a_wrong_field_is_marked_described_and_focused(templates: Templates) -> None:
    """Registration keeps what was typed, except the password, and leads to the first mistake."""
    page = show(templates, "register.html", REGISTER | {"values": TYPED, "errors": WRONG})

    fields = {str(field["id"]): field for field in page.all("input") if "id" in field}
    assert page.title == "Error: Create an account"
    assert fields["username"]["aria-describedby"] == "username-error"
    assert fields["password"]["aria-describedby"] == "password-error password-rules"
    assert "autofocus" in fields["username"]
    assert fields["email"]["value"] == "alice@"
    assert "value" not in fields["password"]
    assert WRONG["username"] in page.text


def test_the_host_comes_before_the_name_that_a_client_gives_itself(templates: Templates) -> None:
    """On the consent page the verified host stands first and a name from outside is marked."""
    third = show(templates, "consent.html", CONSENT).text
    first = show(templates, "consent.html", CONSENT | {"client": OWN}).text

    assert third.index("notes.example") < third.index("Notes")
    assert "unverified" in third
    assert "unverified" not in first


def test_the_reference_follows_references_and_lists_error_codes(templates: Templates) -> None:
    """Parameters, shared responses, error codes and examples are all told."""
    page = show(templates, "docs.html", {"document": OPENAPI})

    for told in ("grant_type", "authorization_code", "If-None-Match", "invalid_grant", "600"):
        assert told in page.text
    links = {str(link["href"]) for link in page.all("a")}
    assert {"#tag-1", "#token", "#jwks"} <= links
    assert {link[1:] for link in links} <= set(page.ids)


def test_the_form_post_page_loads_a_script(templates: Templates) -> None:
    """The page that sends itself still has a button for browsers without scripts."""
    page = show(templates, "form_post.html", {"action": "https://a.example/", "parameters": []})

    assert [script["src"] for script in page.all("script")] == [templates.static.url("submit.js")]
    assert page.all("button")
