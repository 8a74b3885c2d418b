"""How requests authenticate, as OpenAPI names it (RFC 6749 §2.3, RFC 6750 §2.1, RFC 9449 §7.1)."""

from typing import Any

CLIENT_SECRET_BASIC = "client_secret_basic"
BEARER = "bearer"
DPOP = "dpop"
ANYBODY = ""  # in a list of schemes: it also works without

SCHEMES: dict[str, dict[str, Any]] = {
    CLIENT_SECRET_BASIC: {
        "type": "http",
        "scheme": "basic",
        "description": (
            "The client_id and the client_secret of a client, both form-encoded first "
            "(RFC 6749 §2.3.1). The other methods are parameters of the form."
        ),
    },
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token (RFC 6750 §2.1).",
    },
    DPOP: {
        "type": "http",
        "scheme": "dpop",
        "description": (
            "An access token that is bound to a key, with a proof of that key in the header DPoP "
            "(RFC 9449 §7.1)."
        ),
    },
}
