"""What is wrong with a signed authentication request, as its client is told (CIBA Core §13)."""

from dataclasses import replace

from idp.openapi.model import Refusal, Told
from idp.openapi.operations.refusals import RETRY_AFTER
from idp.openapi.operations.request_object_refusals import BY_VALUE
from idp.vocabulary import ErrorCode

# It is never encrypted, and has neither of these to be compared with.
ELSEWHERE = frozenset(
    {
        "The request object is not encrypted to a key of this server.",
        "client_id and response_type must be those of the request object.",
        "The client must send a signed request object.",
    }
)

OF_SIGNED_REQUESTS = (
    Refusal(
        "There is no request, and the client has a backchannel_authentication_request_signing_alg.",
        "The client is registered to sign: send request.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "There is a request, and the client has none.",
        "The client is not registered to sign: send parameters.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "Something is asked in a parameter that is not signed (CIBA Core §7.1.1).",
        "Beside request, send only what authenticates the client.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "A claim is missing, or the jti is no string.",
        "The request must have exp, nbf, iat and jti.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "From its nbf to its exp, or since its nbf, are more than 60 minutes (FAPI-CIBA §5.2.2).",
        "The request must not be good for over an hour.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The request was sent before.",
        "The jti of the request was used before.",
        ErrorCode.INVALID_REQUEST,
    ),
    *(
        replace(each, error=ErrorCode.INVALID_REQUEST, status=400, told=Told.JSON)
        for each in BY_VALUE
        if each.text not in ELSEWHERE
    ),
)

OF_USER_CODES = (
    Refusal(
        "There is a user_code, and the client has no backchannel_user_code_parameter.",
        "The client is not registered to send a user_code.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The person has chosen a code on their page, and there is no user_code (CIBA Core §13).",
        "The user wants a user_code: ask them for it.",
        ErrorCode.MISSING_USER_CODE,
    ),
    Refusal(
        "The person has chosen another code, or none.",
        "The user_code is not that of the user.",
        ErrorCode.INVALID_USER_CODE,
    ),
    Refusal(
        "More codes come than the server can check at once.",
        "Too busy. Try again.",
        ErrorCode.TEMPORARILY_UNAVAILABLE,
        status=503,
        headers=(RETRY_AFTER,),
    ),
)
