"""Rotation of the keys by a client that administers the server (RFC 6750)."""

from idp import paths
from idp.openapi.model import Answer, Field, Operation, Refusal
from idp.openapi.operations.proof_refusals import OF_BOUND_TOKENS
from idp.openapi.operations.refusals import (
    CHALLENGE,
    OF_BEARERS,
    OF_FORMS,
    REPEATED,
    RETRY_AFTER,
    TWO_TOKENS,
)
from idp.openapi.operations.tags import ADMINISTRATION
from idp.openapi.security import ANYBODY, BEARER, DPOP
from idp.vocabulary import ErrorCode

OPERATIONS = (
    Operation(
        "rotate_keys",
        "POST",
        paths.ADMIN_KEYS_ROTATE,
        ADMINISTRATION,
        "Let the next keys sign",
        "The next keys sign from now on, and their successors are published; tokens of the keys "
        "before stay good to their end. It needs an access token with the scope idp.admin, which "
        "only the command line gives to a client. Other servers of this issuer notice within "
        "seconds.",
        answers=(
            Answer(
                "All keys that are published, and what each does.",
                example={
                    "keys": [
                        {"kid": "Zb2h0Kx1", "alg": "RS256", "state": "retired"},
                        {"kid": "mV9tQ3dW", "alg": "RS256", "state": "active"},
                        {"kid": "c7RkLp5N", "alg": "RS256", "state": "next"},
                    ]
                },
            ),
        ),
        fields=(Field("access_token", "The access token, unless it is in the header."),),
        refusals=(
            *OF_BEARERS,
            *OF_BOUND_TOKENS,
            Refusal(
                "The token was issued for something else.",
                "The access token needs the scope idp.admin, got by client_credentials.",
                ErrorCode.INSUFFICIENT_SCOPE,
                status=403,
                headers=(CHALLENGE,),
            ),
            TWO_TOKENS,
            Refusal(
                "The next keys have not been published for as long as clients keep the list.",
                "Clients may not know the next keys yet. Wait as Retry-After says.",
                ErrorCode.TEMPORARILY_UNAVAILABLE,
                status=503,
                headers=(RETRY_AFTER,),
            ),
            REPEATED,
            *OF_FORMS,
        ),
        security=(BEARER, DPOP, ANYBODY),
    ),
)
