"""How clients say what else tokens are for, and what of it is refused (RFC 8707, RFC 9396)."""

from idp.oauth2 import authorization_details as details
from idp.oauth2 import resource as resources
from idp.openapi.model import Field, Refusal, Told
from idp.vocabulary import ErrorCode

FIELDS = (
    Field(
        "resource",
        "An API that access tokens are to be for, by its URI; several are sent as several "
        "parameters (RFC 8707 §2). At the token endpoint some of those that were granted.",
    ),
    Field(
        "authorization_details",
        "JSON: what is asked for in detail, as objects with a type (RFC 9396 §2). At the token "
        "endpoint some of what was granted.",
    ),
)

_TARGET = (
    ("A resource is no absolute URI, or has a fragment (RFC 8707 §2).", resources.MALFORMED),
    ("A resource is not declared, or the client is not registered for it.", resources.UNKNOWN),
    (
        "An access token would be for several, which differ in its format or algorithm.",
        resources.UNLIKE,
    ),
)
_DETAILS = (
    ("The authorization_details are not what RFC 9396 §2 has.", details.MALFORMED),
    ("The server has no such type.", details.UNKNOWN),
    ("The client has not registered the type as one of its own.", details.UNREGISTERED),
    ("A member or a value is not declared for the type.", details.WRONG),
    ("The type has a member that must be there, and is not.", details.INCOMPLETE),
)
_GRANTED_TARGET = (
    ("A resource was not named in the authorization request.", resources.WIDER),
    ("The resources are gone since, or the client has lost them.", resources.GONE),
)
_GRANTED_DETAILS = (
    ("The authorization_details are not among those that the person allowed.", details.WIDER),
    (
        "grant_type=password with authorization_details.",
        "The authorization_details need the authorization endpoint.",
    ),
)

SENT_TO_CLIENT = tuple(
    Refusal(when, text, error, status=303, told=Told.REDIRECT)
    for error, refusals in (
        (ErrorCode.INVALID_TARGET, _TARGET),
        (ErrorCode.INVALID_AUTHORIZATION_DETAILS, _DETAILS),
    )
    for when, text in refusals
)
OF_TOKENS = tuple(
    Refusal(when, text, error)
    for error, refusals in (
        (ErrorCode.INVALID_TARGET, _TARGET + _GRANTED_TARGET),
        (ErrorCode.INVALID_AUTHORIZATION_DETAILS, _DETAILS + _GRANTED_DETAILS),
    )
    for when, text in refusals
)
