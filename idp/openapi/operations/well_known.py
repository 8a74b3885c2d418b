"""Metadata and keys (OpenID Connect Discovery 1.0 §4, RFC 8414 §3, RFC 7517 §5)."""

from dataclasses import replace

from idp import paths
from idp.openapi.model import Answer, Operation
from idp.openapi.operations.tags import DISCOVERY

CACHED = (
    ("Cache-Control", "For how many seconds the document may be kept."),
    ("ETag", "Its version; sent back as If-None-Match, it saves the body."),
)
UNCHANGED = Answer("If-None-Match has the current version.", status=304, media_type=None)

METADATA = Operation(
    "openid_configuration",
    "GET",
    paths.OPENID_CONFIGURATION,
    DISCOVERY,
    "Read what this server supports",
    "The metadata of an OpenID Provider (OpenID Connect Discovery 1.0 §3, §4): where the endpoints "
    "are and what they know.",
    answers=(
        Answer(
            "The metadata.",
            headers=CACHED,
            example={
                "issuer": "https://id.example.com",
                "authorization_endpoint": "https://id.example.com/authorize",
                "token_endpoint": "https://id.example.com/token",
                "jwks_uri": "https://id.example.com/jwks.json",
            },
        ),
        UNCHANGED,
    ),
)

OPERATIONS = (
    METADATA,
    replace(
        METADATA,
        operation_id="oauth_authorization_server",
        path=paths.AUTHORIZATION_SERVER_METADATA,
        summary="Read what this server supports, as OAuth finds it",
        description="The same document, where RFC 8414 §3 looks for it.",
    ),
    Operation(
        "jwks",
        "GET",
        paths.JWKS,
        DISCOVERY,
        "Read the public keys",
        "The keys that verify tokens (RFC 7517 §5): those in use, those that will be, and those of "
        "tokens that have not expired yet. Find a key by kid; ask again when there is a new one.",
        answers=(
            Answer(
                "The key set.",
                headers=CACHED,
                example={
                    "keys": [
                        {
                            "kty": "EC",
                            "crv": "P-256",
                            "x": "QHTcE2kA...",
                            "y": "6VwLyVuH...",
                            "kid": "Ef7mTlTC...",
                            "use": "sig",
                            "alg": "ES256",
                        }
                    ]
                },
            ),
            UNCHANGED,
        ),
    ),
)
