"""The pushed authorization request endpoint (RFC 9126 §2)."""

from dataclasses import replace

from idp import paths
from idp.oauth2 import resource
from idp.openapi.model import Answer, Operation, Refusal, Told
from idp.openapi.operations import authorization, targets
from idp.openapi.operations.authorization_refusals import OF_CHECKS, SHOWN_TO_USER
from idp.openapi.operations.client_documents import OF_NEW_CLIENTS
from idp.openapi.operations.client_fields import CLIENT_FIELDS
from idp.openapi.operations.proof_refusals import OF_ALL_PROOFS
from idp.openapi.operations.refusals import OF_CLIENTS, REPEATED, RETRY_AFTER
from idp.openapi.operations.request_object_refusals import BY_VALUE
from idp.openapi.operations.tags import AUTHORIZATION
from idp.openapi.security import ANYBODY, CLIENT_SECRET_BASIC
from idp.vocabulary import ErrorCode

ELSEWHERE = frozenset({"client_id", "request_uri"})
FIELDS = tuple(field for field in authorization.FIELDS if field.name not in ELSEWHERE)

# The one is refused before, the other when tokens are issued.
ELSEWHERE_REFUSED = frozenset({REPEATED.text, resource.UNLIKE})

# The client is known by then, and a parameter that is there twice is refused before.
OF_ADDRESSES = tuple(
    Refusal(each.when, f"{each.text}.", ErrorCode.INVALID_REQUEST)
    for each in SHOWN_TO_USER
    if each.text.startswith("redirect_uri")
)
OF_PUSHED_REQUESTS = tuple(
    replace(each, status=400, told=Told.JSON)
    for each in (*OF_CHECKS, *BY_VALUE, *targets.SENT_TO_CLIENT)
    if each.text not in ELSEWHERE_REFUSED
)
# Who is held to FAPI 2.0 by fapi_profile, is told here: it has to push.
OF_FAPI_CLIENTS = (
    Refusal(
        "fapi2_message_signing: the answer would not be signed (FAPI 2.0 Message Signing §5.4).",
        "The client must send a response_mode that ends in jwt.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "fapi_profile: the request object does not say when it is good (Message Signing §5.3.1).",
        "The request object of a FAPI client must have exp and nbf.",
        ErrorCode.INVALID_REQUEST_OBJECT,
    ),
    Refusal(
        "fapi_profile: it is good for too long, or was signed too long ago (§5.3.1).",
        "The request object of a FAPI client must not be good for over an hour.",
        ErrorCode.INVALID_REQUEST_OBJECT,
    ),
)

TOO_MANY = Refusal(
    "The client keeps no secret, and at its address too many such requests wait for an answer.",
    "Asked too often. Wait as Retry-After says.",
    ErrorCode.TEMPORARILY_UNAVAILABLE,
    status=429,
    headers=(RETRY_AFTER,),
)

OPERATIONS = (
    Operation(
        "pushed_authorization_request",
        "POST",
        paths.PUSHED_AUTHORIZATION_REQUEST,
        AUTHORIZATION,
        "Push an authorization request",
        "Pushed authorization requests (RFC 9126): the client sends all that it would give to the "
        "browser, and is told at once if something is wrong. The browser brings client_id and "
        "request_uri to the authorization endpoint. That may be done again until somebody has "
        "been answered.",
        answers=(
            Answer(
                "The name of the request, and for how many seconds a browser may bring it.",
                status=201,
                example={
                    "request_uri": "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c",
                    "expires_in": 60,
                },
            ),
        ),
        fields=FIELDS + CLIENT_FIELDS,
        refusals=(
            Refusal(
                "There is no client_id, and no request object either.",
                "The parameter client_id is missing.",
                ErrorCode.INVALID_REQUEST,
            ),
            Refusal(
                "There is a request_uri (RFC 9126 §2.1).",
                "A pushed request must not have a request_uri.",
                ErrorCode.INVALID_REQUEST,
            ),
            Refusal(
                "There is a DPoP proof, and the dpop_jkt of another key (RFC 9449 §10.1).",
                "The dpop_jkt is not the thumbprint of the key of the DPoP proof.",
                ErrorCode.INVALID_REQUEST,
            ),
            TOO_MANY,
            *OF_ADDRESSES,
            *OF_PUSHED_REQUESTS,
            *OF_FAPI_CLIENTS,
            *OF_ALL_PROOFS,
            *OF_CLIENTS,
            *OF_NEW_CLIENTS,
        ),
        security=(CLIENT_SECRET_BASIC, ANYBODY),
    ),
)
