"""A person's own pages in every state, with their contexts."""

from types import SimpleNamespace as Given
from typing import Any

SELF = Given(
    user_id="u1",
    username="alice",
    display_name="Alice Example",
    email="alice@acme.example",
    email_verified=True,
    is_admin=True,
)
NAMELESS = Given(
    user_id="u1", username="bob", display_name="", email=None, email_verified=False, is_admin=False
)
FRAME: dict[str, Any] = {"user": SELF, "picture_path": "/pictures/0123456789abcdef"}
BARE: dict[str, Any] = {"user": NAMELESS, "picture_path": None}

REQUESTS: dict[str, Any] = FRAME | {
    "requests": [
        Given(
            host="bank.example",
            name="Bank",
            binding_message="Transfer 42: W4SCT",
            until="3 May 2026, 12:05",
            answer_url="/request/0123",
        ),
        Given(
            host="client_1",
            name="client_1",
            binding_message=None,
            until="3 May 2026, 12:07",
            answer_url="/request/4567",
        ),
    ],
    "has_user_code": True,
    "error": None,
}
OVERVIEW: dict[str, Any] = FRAME | {"device_count": 2, "connection_count": 3}
PROFILE: dict[str, Any] = FRAME | {
    "values": {
        "name": "Alice Example",
        "picture": "https://id.acme.example/pictures/0123456789abcdef",
        "locale": "tlh",
        "zoneinfo": "Europe/Paris",
    },
    "errors": {},
    "editable": [
        "name",
        "given_name",
        "middle_name",
        "family_name",
        "nickname",
        "picture",
        "profile",
        "website",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "phone_number",
    ],
    "languages": [("de", "Deutsch"), ("en", "English")],
    "time_zones": ["Europe/Berlin", "Europe/Paris"],
    "max_kilobytes": 1000,
}
WRONG_CLAIMS = {
    "picture": "This is no picture.",
    "website": "Enter a web address.",
    "locale": "Choose a language.",
    "zoneinfo": "Choose a time zone.",
}
METHODS = [
    Given(
        type=each,
        url=f"/account/{each}",
        count=2,
        names=["iCloud Keychain", "YubiKey 5C"],
        added="3 May 2026",
        changed="12 June 2026",
    )
    for each in ("password", "passkey", "totp", "recovery_code")
]
NO_METHODS = [
    Given(**vars(each) | {"count": 0, "names": [], "added": None, "changed": None})
    for each in METHODS
]
PASSKEYS: dict[str, Any] = FRAME | {
    "passkeys": [
        Given(
            passkey_id="p1",
            name="Apple Passwords",
            icon="phone",
            is_synced=True,
            is_suspect=False,
            added_on="3 May 2026",
            last_used_on="24 November 2026",
        ),
        Given(
            passkey_id="p2",
            name="YubiKey 5",
            icon="key",
            is_synced=False,
            is_suspect=True,
            added_on="12 June 2026",
            last_used_on=None,
        ),
    ],
    "creation": '{"challenge": "c"}',
    "accepted": '{"rpId": "id.acme.example"}',
    "is_possible": True,
    "max_length": 60,
    "max_passkeys": 20,
    "error": None,
}
NO_PASSKEYS: dict[str, Any] = BARE | {"passkeys": [], "creation": None, "accepted": None}
DEVICES: dict[str, Any] = FRAME | {
    "devices": [
        Given(
            sid="s1",
            browser="Firefox",
            system="Windows",
            network="203.0.113.0/24",
            icon="screen",
            way="with a passkey",
            signed_in_at="24 November 2026, 13:41 UTC",
            last_seen_at="24 November 2026, 14:02 UTC",
            current=True,
        ),
        Given(
            sid="s2",
            browser=None,
            system=None,
            network=None,
            icon="phone",
            way=None,
            signed_in_at="3 May 2026, 09:12 UTC",
            last_seen_at="3 May 2026, 09:15 UTC",
            current=False,
        ),
    ]
}
CONNECTIONS: dict[str, Any] = FRAME | {
    "connections": [
        Given(
            client_id="notes",
            name="Notes",
            host="notes.example",
            first_party=False,
            accent_path=None,
            logo_path="/logos/notes/0123456789abcdef",
            scopes=["See your name and profile", "See your email address"],
            resources=[Given(name="Acme Calendar")],
            details=[Given(sentence="Pay", members=[Given(label="Amount", values=["1.50"])])],
            since="3 May 2026",
            last_used="24 November 2026",
            until="3 December 2026",
            open_url="https://notes.example/login?iss=https%3A%2F%2Fid.acme.example",
        ),
        Given(
            client_id="wiki",
            name="Acme Wiki",
            host="wiki.acme.example",
            first_party=True,
            accent_path=None,
            logo_path=None,
            scopes=["Know that it is you"],
            resources=[],
            details=[],
            since="24 November 2026",
            last_used="24 November 2026",
            until=None,
            open_url=None,
        ),
        Given(
            client_id="tv",
            name="tv",
            host="tv",
            first_party=False,
            accent_path=None,
            logo_path=None,
            scopes=[],
            resources=[],
            details=[],
            since="24 November 2026",
            last_used="24 November 2026",
            until=None,
            open_url=None,
        ),
    ]
}
ACTIVITY: dict[str, Any] = FRAME | {
    "events": [
        Given(
            sentence="You signed in to an app",
            host="notes.example",
            occurred_at="24 November 2026, 13:41 UTC",
            address="203.0.113.7",
            request_id="7f3a",
            is_worrying=False,
        ),
        Given(
            sentence="A sign-in failed",
            host=None,
            occurred_at="23 November 2026, 02:17 UTC",
            address=None,
            request_id=None,
            is_worrying=True,
        ),
    ],
    "older_url": "/account/activity?before=17",
}
DATA: dict[str, Any] = FRAME | {"error": None, "can_delete": True}

STATES: list[tuple[str, str, dict[str, Any]]] = [
    ("account/overview.html", "full", OVERVIEW),
    ("account/overview.html", "new", BARE | {"device_count": 1, "connection_count": 0}),
    ("account/profile.html", "full", PROFILE),
    ("account/profile.html", "wrong", PROFILE | {"errors": WRONG_CLAIMS}),
    ("account/profile.html", "settled", PROFILE | BARE | {"editable": []}),
    ("account/profile.html", "empty", PROFILE | BARE | {"values": {}}),
    ("account/security.html", "full", FRAME | {"methods": METHODS}),
    ("account/security.html", "bare", BARE | {"methods": NO_METHODS}),
    ("account/passkeys.html", "some", PASSKEYS),
    ("account/passkeys.html", "none", PASSKEYS | {"passkeys": []}),
    ("account/passkeys.html", "full", PASSKEYS | {"creation": None, "error": "too_many"}),
    ("account/passkeys.html", "refused", PASSKEYS | {"error": "refused"}),
    ("account/passkeys.html", "last", PASSKEYS | {"error": "last"}),
    ("account/passkeys.html", "impossible", PASSKEYS | NO_PASSKEYS | {"is_possible": False}),
    ("account/devices.html", "two", DEVICES),
    ("account/devices.html", "none", BARE | {"devices": []}),
    ("account/requests.html", "several", REQUESTS),
    (
        "account/requests.html",
        "none",
        BARE | {"requests": [], "has_user_code": False, "error": None},
    ),
    (
        "account/requests.html",
        "wrong",
        REQUESTS | {"error": "Choose a code of 6 to 64 characters."},
    ),
    ("account/connections.html", "several", CONNECTIONS),
    ("account/connections.html", "none", BARE | {"connections": []}),
    ("account/activity.html", "some", ACTIVITY),
    ("account/activity.html", "end", BARE | {"events": [], "older_url": None}),
    ("account/data.html", "first", DATA),
    ("account/data.html", "wrong", DATA | {"error": "This is not your user name."}),
    ("account/data.html", "settled", DATA | BARE | {"can_delete": False}),
    ("account/deleted.html", "only", {}),
]
