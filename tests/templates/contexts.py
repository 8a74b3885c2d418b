"""Every page in every state that a person may meet, with its context."""

from types import SimpleNamespace as Given
from typing import Any

from tests.templates import account, mail
from tests.templates.openapi import OPENAPI

ALICE = Given(
    user_id="u1", username="alice", display_name="Alice Example", email="alice@acme.example"
)
NAMELESS = Given(user_id="u1", username="bob", display_name="", email=None)
NOTES = Given(
    name="Notes",
    host="notes.example",
    logo_path=None,
    policy_uri="https://notes.example/privacy",
    tos_uri="https://notes.example/terms",
    first_party=False,
    accent_path=None,
)
OWN = Given(
    name="Acme Wiki",
    host="wiki.acme.example",
    policy_uri=None,
    tos_uri=None,
    first_party=True,
    logo_path="/logos/wiki/0123456789abcdef",
    accent_path=None,
)
BRANDED = Given(
    name="Notes",
    host="notes.example",
    logo_path="/logos/notes/0123456789abcdef",
    policy_uri="https://notes.example/privacy",
    tos_uri=None,
    first_party=False,
    accent_path="/accents/a4262c.css",
)
SCOPES = [
    Given(name="openid", icon="id", label="Know that it is you", detail=None),
    Given(name="profile", icon="person", label="See your name and picture", detail=None),
    Given(name="email", icon="mail", label="See your email address", detail=None),
    Given(
        name="offline_access",
        icon="refresh",
        label="Stay connected when you are away",
        detail="also after you have signed out here",
    ),
    Given(name="printers", icon="unheard-of", label="Use your printers", detail=None),
]
RESOURCES = [Given(name="Acme Calendar", uri="https://calendar.acme.example/v1")]
DETAILS = [
    Given(
        sentence="Make a payment",
        members=[
            Given(label="Amount", values=["123.50"]),
            Given(label="What it may do", values=["Begin it", "See what became of it"]),
        ],
    ),
    Given(sentence="Print once", members=[]),
]
TYPED = {"username": "alice", "email": "alice@", "name": "Alice"}
WRONG = {"username": "This name is taken. Choose another.", "password": "Choose a longer one."}
EXCHANGE = Given(
    title="Token request",
    request="POST /token HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\ncode=c0de",
    response='HTTP/1.1 200 OK\n\n{"access_token": "ey..."}',
    curl="curl -d code=c0de https://id.acme.example/token",
    decoded=[("ID token", {"alg": "RS256"}, '{\n  "sub": "248289761001"\n}')],
)
ACTIONS = [("Fetch userinfo", "/playground/userinfo", True), ("Start over", "/playground", False)]
FACTS = [("issuer", "https://id.acme.example")]

LOGIN: dict[str, Any] = {
    "client": NOTES,
    "username": "",
    "error": None,
    "register_url": None,
    "recover_url": "/recover",
    "email_code_url": None,
    "can_cancel": True,
    "reason": None,
    "offers_to_keep": True,
    "is_kept": False,
    "passkey_request": '{"challenge": "c"}',
    "passkey_to_forget": None,
    "last_method": None,
    "continue_as": None,
    "continue_url": "/account",
}
VERIFY: dict[str, Any] = {
    "client": NOTES,
    "user": ALICE,
    "methods": ["passkey", "totp", "recovery_code"],
    "shown": "totp",
    "wrong": None,
    "retry_after_minutes": 0,
    "passkey_request": None,
}
BY_PASSKEY = {"shown": "passkey", "passkey_request": '{"challenge": "c"}'}
CONFIRM: dict[str, Any] = {
    "user": ALICE,
    "has_password": True,
    "error": None,
    "passkey_request": None,
}
CONSENT: dict[str, Any] = {
    "client": NOTES,
    "user": ALICE,
    "scopes": SCOPES,
    "allowed": [],
    "resources": [],
    "allowed_resources": [],
    "details": [],
    "allowed_details": [],
    "duration": "until_disconnected",
    "destination": "notes.example",
    "switch_url": "/login?switch",
    "polled": None,
}
TELEVISION = Given(
    user_code="WDJB-MJHT", binding_message=None, asked_from="Firefox, Linux, 203.0.113.0/24"
)
BANK = Given(user_code=None, binding_message="Transfer 42: W4SCT", asked_from=None)
DEVICE: dict[str, Any] = {"typed": "", "is_wrong": False, "retry_after_minutes": 0}
SELECT_ACCOUNT: dict[str, Any] = {
    "client": NOTES,
    "accounts": [Given(user=ALICE), Given(user=NAMELESS)],
    "add_url": None,
}
REGISTER: dict[str, Any] = {
    "client": NOTES,
    "values": {},
    "errors": {},
    "min_length": 8,
    "login_url": "/login",
}
SETUP: dict[str, Any] = {"values": {}, "errors": {}, "min_length": 15}
PASSWORD: dict[str, Any] = {
    "user": ALICE,
    "errors": {},
    "retry_after_minutes": 0,
    "min_length": 15,
}
TOTP_SETUP: dict[str, Any] = {
    "qr_code": Given(size=33, path="M4 4h7v1h-7z"),
    "uri": "otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme",
    "secret": "JBSW Y3DP EHPK 3PXP",
    "pending": "k1.sealed",
    "error": None,
}
RECOVERY_CODES: dict[str, Any] = {
    "remaining": 7,
    "is_needed": True,
    "took_too_long": False,
    "pending": "k1.sealed",
}
CODES = [f"k3v9x-8w2mq-7tzc{digit}" for digit in range(10)]
LOGOUT: dict[str, Any] = {"client": NOTES, "user": ALICE, "has_others": False}
FRAMES = ["https://notes.example/logout?iss=https%3A%2F%2Fid.acme.example&sid=s1"]
LOGGED_OUT: dict[str, Any] = {
    "client": None,
    "return_url": None,
    "staying": [],
    "frames": [],
    "location": None,
}
PLAYGROUND: dict[str, Any] = {
    "exchanges": [EXCHANGE],
    "actions": ACTIONS,
    "facts": FACTS,
    "error": None,
}
ERROR: dict[str, Any] = {
    "title": "The app sent you here with an address we don't know",
    "message": "To protect you we stopped. Go back to the app and try again.",
    "technical": "redirect_uri is not registered for this client",
    "request_id": "7Q4K-M2XD",
    "occurred_at": "22 Nov 2026 13:41 UTC",
    "home_url": "/account",
}

# Page, name of the state, context.
STATES: list[tuple[str, str, dict[str, Any]]] = [
    ("login.html", "first", LOGIN),
    ("login.html", "password last", LOGIN | {"last_method": "password"}),
    ("login.html", "passkey last", LOGIN | {"last_method": "passkey"}),
    (
        "login.html",
        "code last",
        LOGIN | {"last_method": "email_code", "email_code_url": "/login/code"},
    ),
    ("login.html", "beside", LOGIN | {"continue_as": ALICE}),
    ("login.html", "branded", LOGIN | {"client": BRANDED}),
    ("login.html", "alone", LOGIN | {"client": None, "can_cancel": False}),
    ("login.html", "invalid", LOGIN | {"username": "alice", "error": "invalid"}),
    ("login.html", "passkey", LOGIN | {"error": "passkey"}),
    ("login.html", "unknown", LOGIN | {"error": "passkey", "passkey_to_forget": '{"rpId": "a"}'}),
    ("login.html", "no passkeys", LOGIN | {"passkey_request": None}),
    ("login.html", "throttled", LOGIN | {"error": "throttled", "retry_after_minutes": 5}),
    ("login.html", "again", LOGIN | {"username": "alice", "reason": "prompt_login"}),
    ("login.html", "other", LOGIN | {"reason": "other_user"}),
    ("login.html", "old", LOGIN | {"reason": "max_age", "register_url": "/register"}),
    ("login.html", "more", LOGIN | {"reason": "acr", "offers_to_keep": False}),
    ("verify.html", "totp", VERIFY),
    ("verify.html", "wrong", VERIFY | {"wrong": "totp", "client": None}),
    ("verify.html", "passkey", VERIFY | BY_PASSKEY | {"wrong": "passkey"}),
    ("verify.html", "recovery", VERIFY | {"shown": "recovery_code", "wrong": "recovery_code"}),
    ("verify.html", "throttled", VERIFY | {"retry_after_minutes": 3}),
    ("confirm.html", "first", CONFIRM),
    ("confirm.html", "passkey", CONFIRM | {"passkey_request": '{"challenge": "c"}'}),
    (
        "confirm.html",
        "only passkey",
        CONFIRM | {"has_password": False, "passkey_request": '{"challenge": "c"}'},
    ),
    ("confirm.html", "invalid", CONFIRM | {"error": "invalid"}),
    (
        "confirm.html",
        "throttled",
        CONFIRM | {"error": "throttled", "retry_after_minutes": 3, "has_password": False},
    ),
    ("enrol.html", "either", {"client": NOTES, "needs_passkey": False}),
    ("enrol.html", "passkey", {"client": BRANDED, "needs_passkey": True}),
    ("consent.html", "third-party", CONSENT),
    ("consent.html", "first-party", CONSENT | {"client": OWN}),
    ("consent.html", "more", CONSENT | {"scopes": SCOPES[2:], "allowed": SCOPES[:2]}),
    ("consent.html", "details", CONSENT | {"resources": RESOURCES, "details": DETAILS}),
    (
        "consent.html",
        "details of before",
        CONSENT | {"scopes": [], "allowed_resources": RESOURCES, "allowed_details": DETAILS},
    ),
    ("consent.html", "again", CONSENT | {"scopes": [], "allowed": SCOPES, "duration": "30_days"}),
    ("consent.html", "device", CONSENT | {"polled": TELEVISION}),
    ("consent.html", "elsewhere", CONSENT | {"polled": BANK}),
    ("device.html", "empty", DEVICE),
    ("device.html", "filled in", DEVICE | {"typed": "WDJB-MJHT"}),
    ("device.html", "wrong", DEVICE | {"typed": "WDJB", "is_wrong": True}),
    ("device.html", "throttled", DEVICE | {"retry_after_minutes": 10}),
    ("device_done.html", "allowed", {"outcome": "allowed", "account_url": "/account/connections"}),
    ("device_done.html", "denied", {"outcome": "denied", "account_url": "/account/connections"}),
    ("consent.html", "nothing", CONSENT | {"scopes": [], "switch_url": None, "user": NAMELESS}),
    ("select_account.html", "several", SELECT_ACCOUNT),
    ("select_account.html", "branded", SELECT_ACCOUNT | {"client": BRANDED}),
    (
        "select_account.html",
        "alone",
        {"client": None, "accounts": [Given(user=NAMELESS)], "add_url": "/account/add"},
    ),
    ("register.html", "empty", REGISTER),
    ("register.html", "wrong", REGISTER | {"values": TYPED, "errors": WRONG}),
    ("register.html", "refused", REGISTER | {"client": None, "errors": {"form": "Try later."}}),
    ("setup.html", "empty", SETUP),
    ("setup.html", "wrong", SETUP | {"values": TYPED, "errors": WRONG}),
    *account.STATES,
    ("password.html", "first", PASSWORD),
    ("password.html", "wrong", PASSWORD | {"errors": {"current_password": "Not yours."}}),
    ("password.html", "weak", PASSWORD | {"errors": {"new_password": "Choose a longer one."}}),
    ("password.html", "throttled", PASSWORD | {"retry_after_minutes": 5}),
    ("totp_setup.html", "first", TOTP_SETUP),
    ("totp_setup.html", "wrong", TOTP_SETUP | {"error": "This is not the code."}),
    ("totp.html", "on", {"since": "3 May 2026", "recovery_codes": 7}),
    ("totp.html", "without codes", {"since": "3 May 2026", "recovery_codes": 0}),
    ("recovery_codes.html", "some", RECOVERY_CODES),
    ("recovery_codes.html", "none", RECOVERY_CODES | {"remaining": 0}),
    ("recovery_codes.html", "late", RECOVERY_CODES | {"took_too_long": True}),
    ("recovery_codes.html", "without", RECOVERY_CODES | {"remaining": 0, "is_needed": False}),
    ("recovery_codes_made.html", "only", {"codes": CODES, "text": "Acme alice"}),
    ("logout.html", "client", LOGOUT | {"parameters": [("state", "s")]}),
    ("logout.html", "alone", LOGOUT | {"client": None, "has_others": True}),
    (
        "logged_out.html",
        "client",
        LOGGED_OUT | {"client": NOTES, "return_url": "https://a.example/"},
    ),
    ("logged_out.html", "alone", LOGGED_OUT),
    ("logged_out.html", "others", LOGGED_OUT | {"staying": [Given(user=NAMELESS)]}),
    ("logged_out.html", "frames", LOGGED_OUT | {"frames": FRAMES}),
    ("logged_out.html", "going on", LOGGED_OUT | {"frames": FRAMES, "location": FRAMES[0]}),
    ("check_session.html", "only", {"cookie": "__Host-idp-browser-state"}),
    ("error.html", "full", ERROR),
    ("error.html", "bare", ERROR | {"technical": None, "home_url": None}),
    ("form_post.html", "code", {"action": "https://notes.example/cb", "parameters": [("a", "b")]}),
    ("docs.html", "api", {"document": OPENAPI}),
    ("playground/index.html", "start", PLAYGROUND),
    ("playground/index.html", "open", PLAYGROUND | {"open_url": "/playground/initiate"}),
    ("playground/index.html", "error", PLAYGROUND | {"error": "Refused.", "values": {}}),
    ("playground/step.html", "tokens", PLAYGROUND | {"title": "Tokens issued"}),
    ("playground/step.html", "bare", {"exchanges": [], "actions": [], "facts": [], "error": None}),
]
STATES += mail.STATES
NAMES = [f"{page}-{state}" for page, state, _ in STATES]
