"""The introspection endpoint (RFC 7662 §2)."""

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal
from idp.openapi.operations.client_documents import OF_NEW_CLIENTS
from idp.openapi.operations.client_fields import CLIENT_FIELDS
from idp.openapi.operations.refusals import NO_ENCRYPTION_KEY, OF_CLIENTS, WITHDRAWN
from idp.openapi.operations.tags import TOKENS
from idp.openapi.security import ANYBODY, CLIENT_SECRET_BASIC
from idp.vocabulary import ErrorCode, TokenTypeHint

TOKEN_FIELDS = (
    Field("token", "An access token or a refresh token.", required=True),
    Field(
        "token_type_hint",
        "What the token may be; it is found either way.",
        choices=tuple(TokenTypeHint),
    ),
)
NO_TOKEN = Refusal(
    "The parameter token is missing.",
    "The parameter token is missing.",
    ErrorCode.INVALID_REQUEST,
)

OPERATIONS = (
    Operation(
        "introspection",
        "POST",
        paths.INTROSPECTION,
        TOKENS,
        "Ask what a token is",
        "Token introspection (RFC 7662 §2.1), for clients that authenticate. A client sees its own "
        "tokens and those for it, a resource server all; of any other it learns that it is not "
        "active.",
        answers=(
            Answer(
                "What the token says (RFC 7662 §2.2); only active: false if it is not good, or not "
                "for this client to see. With Accept: application/token-introspection+jwt, or of a "
                "client with introspection_signed_response_alg or "
                "introspection_encrypted_response_alg, it is the member token_introspection of a "
                "signed JWT, which may be encrypted (RFC 9701 §5).",
                or_as=MediaType.TOKEN_INTROSPECTION_JWT,
                example={
                    "active": True,
                    "token_type": "Bearer",
                    "iss": "https://id.example.com",
                    "sub": "hPpdxW_4Wc8K0hJcnBGL5A",
                    "aud": "https://id.example.com",
                    "client_id": "notes",
                    "scope": "email openid profile",
                    "iat": 1795560000,
                    "exp": 1795560600,
                    "jti": "yT8xNQ0Jt1m4v2hC6sKfXg",
                    "username": "alice",
                },
            ),
        ),
        fields=TOKEN_FIELDS + CLIENT_FIELDS,
        refusals=(NO_TOKEN, NO_ENCRYPTION_KEY, WITHDRAWN, *OF_CLIENTS, *OF_NEW_CLIENTS),
        security=(CLIENT_SECRET_BASIC, ANYBODY),
    ),
)
