"""The pages about mail in every state that a person may meet, with their contexts."""

from types import SimpleNamespace as Given
from typing import Any

ALICE = Given(
    user_id="u1", username="alice", display_name="Alice Example", email="alice@acme.example"
)
NOTES = Given(
    name="Notes",
    host="notes.example",
    logo_path=None,
    policy_uri="https://notes.example/privacy",
    tos_uri="https://notes.example/terms",
    first_party=False,
    accent_path=None,
)
TYPED = {"username": "alice", "name": "Alice"}
WRONG = {"username": "This name is taken. Choose another.", "password": "Choose a longer one."}

RECOVER: dict[str, Any] = {
    "client": NOTES,
    "username": "",
    "error": None,
    "retry_after_minutes": 0,
    "login_url": "/login",
}
EMAIL_CODE: dict[str, Any] = RECOVER | {"offers_to_keep": True, "is_kept": False}
CHECK_MAIL: dict[str, Any] = {"client": None, "purpose": "recover", "tries_left": None}
MAIL_LINK: dict[str, Any] = {
    "purpose": "verify_email",
    "email": "alice@acme.example",
    "username": None,
}
EMAIL: dict[str, Any] = {
    "user": Given(email="alice@acme.example", email_verified=True),
    "typed": "",
    "error": None,
    "retry_after_minutes": 0,
}
INVITATION: dict[str, Any] = {
    "email": "alice@acme.example",
    "values": {},
    "errors": {},
    "min_length": 8,
}

# Page, name of the state, context.
STATES: list[tuple[str, str, dict[str, Any]]] = [
    ("recover.html", "first", RECOVER),
    ("recover.html", "missing", RECOVER | {"client": None, "error": "missing"}),
    (
        "recover.html",
        "throttled",
        RECOVER | {"username": "alice", "error": "throttled", "retry_after_minutes": 5},
    ),
    ("email_code.html", "first", EMAIL_CODE),
    ("email_code.html", "missing", EMAIL_CODE | {"client": None, "error": "missing"}),
    (
        "email_code.html",
        "throttled",
        EMAIL_CODE | {"is_kept": True, "error": "throttled", "retry_after_minutes": 5},
    ),
    ("check_mail.html", "recover", CHECK_MAIL),
    ("check_mail.html", "email code", CHECK_MAIL | {"purpose": "email_code"}),
    (
        "check_mail.html",
        "email code exhausted",
        CHECK_MAIL | {"purpose": "email_code", "tries_left": 0},
    ),
    ("check_mail.html", "register", CHECK_MAIL | {"client": NOTES, "purpose": "register"}),
    ("check_mail.html", "verify", CHECK_MAIL | {"purpose": "verify_email"}),
    ("check_mail.html", "wrong", CHECK_MAIL | {"purpose": "change_email", "tries_left": 1}),
    ("check_mail.html", "exhausted", CHECK_MAIL | {"tries_left": 0}),
    ("mail_link.html", "verify", MAIL_LINK),
    ("mail_link.html", "register", MAIL_LINK | {"purpose": "register", "username": "alice"}),
    ("mail_link.html", "change", MAIL_LINK | {"purpose": "change_email"}),
    ("mail_link.html", "undo", MAIL_LINK | {"purpose": "undo_email_change"}),
    ("new_password.html", "first", {"user": ALICE, "error": None, "min_length": 15}),
    ("new_password.html", "weak", {"user": ALICE, "error": "Too short.", "min_length": 15}),
    ("invitation.html", "first", INVITATION | {"values": {"name": "Alice"}}),
    ("invitation.html", "wrong", INVITATION | {"values": TYPED, "errors": WRONG}),
    ("email.html", "confirmed", EMAIL),
    ("email.html", "new", EMAIL | {"user": Given(email="a@b.example", email_verified=False)}),
    ("email.html", "none", EMAIL | {"user": Given(email=None, email_verified=False)}),
    ("email.html", "wrong", EMAIL | {"typed": "alice@", "error": "Enter an address."}),
    ("email.html", "throttled", EMAIL | {"retry_after_minutes": 5}),
    *(
        ("done.html", what, {"what": what, "login_url": "/login"})
        for what in ("recovered", "registered", "verified")
    ),
]
