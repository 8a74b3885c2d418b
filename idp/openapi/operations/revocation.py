"""The revocation endpoint (RFC 7009 §2)."""

from idp import paths
from idp.openapi.model import Answer, Operation, Refusal
from idp.openapi.operations.client_documents import OF_NEW_CLIENTS
from idp.openapi.operations.client_fields import CLIENT_FIELDS
from idp.openapi.operations.introspection import NO_TOKEN, TOKEN_FIELDS
from idp.openapi.operations.refusals import OF_CLIENTS
from idp.openapi.operations.tags import TOKENS
from idp.openapi.security import ANYBODY, CLIENT_SECRET_BASIC
from idp.vocabulary import ErrorCode

OPERATIONS = (
    Operation(
        "revocation",
        "POST",
        paths.REVOCATION,
        TOKENS,
        "Give a token back",
        "Token revocation (RFC 7009 §2.1). An access token ends alone, a refresh token with all "
        "tokens of its grant. A resource server that does not introspect takes a JWT until it "
        "expires.",
        answers=(Answer("The token is good no more, or was none (RFC 7009 §2.2).", example={}),),
        fields=TOKEN_FIELDS + CLIENT_FIELDS,
        refusals=(
            NO_TOKEN,
            Refusal(
                "The token was issued to another client (RFC 7009 §2.1).",
                "The token was issued to another client.",
                ErrorCode.INVALID_GRANT,
            ),
            *OF_CLIENTS,
            *OF_NEW_CLIENTS,
        ),
        security=(CLIENT_SECRET_BASIC, ANYBODY),
    ),
)
