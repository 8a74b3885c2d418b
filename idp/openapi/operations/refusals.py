"""Refusals that several operations share."""

from idp.openapi.model import Refusal, Told
from idp.vocabulary import ErrorCode

RETRY_AFTER = ("Retry-After", "Seconds to wait before another try.")

NO_FORM = Refusal(
    "The body is not a form.",
    "Send the parameters as application/x-www-form-urlencoded.",
    ErrorCode.INVALID_REQUEST,
)
UNDECODABLE = Refusal(
    "There are too many parameters, or the encoding of one is broken.",
    "Send at most 100 parameters, percent-encoded UTF-8.",
    ErrorCode.INVALID_REQUEST,
)
NUL = Refusal(
    "A name or a value has a NUL character.",
    "A parameter has a NUL character.",
    ErrorCode.INVALID_REQUEST,
)
REPEATED = Refusal(
    "A parameter is sent twice.", "A parameter is repeated.", ErrorCode.INVALID_REQUEST
)
TOO_LONG = Refusal(
    "The body is longer than the operator allows.",
    "The body is too long.",
    ErrorCode.INVALID_REQUEST,
    status=413,
)
NO_DATABASE = Refusal(
    "The database does not answer.",
    "The database cannot be reached. Try again.",
    ErrorCode.TEMPORARILY_UNAVAILABLE,
    status=503,
    headers=(RETRY_AFTER,),
)

SEVERAL_METHODS = Refusal(
    "The client authenticates in two ways at once.",
    "Use one client authentication method, not several.",
    ErrorCode.INVALID_REQUEST,
)
UNKNOWN_CLIENT = Refusal(
    "The client is unknown or disabled, or did not authenticate as it is registered to.",
    "Client authentication failed: check client_id, secret or key, and the registered method.",
    ErrorCode.INVALID_CLIENT,
    status=401,
    headers=(("WWW-Authenticate", "The challenge, if the client tried HTTP Basic."),),
)

# Only where server.client_certificate_header names what a proxy writes
OF_CERTIFICATES = (
    Refusal(
        "The proxy hands on something else than a certificate (RFC 9440 §2.1).",
        "The client certificate cannot be read.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The header of the certificate is there twice: the proxy has not removed the client's own.",
        "Send one client certificate, not several.",
        ErrorCode.INVALID_REQUEST,
    ),
)

WITHDRAWN = Refusal(
    "The client is registered for a signature algorithm that the operator has taken away since.",
    "The client is registered for a signature algorithm that is not on offer.",
    ErrorCode.UNAUTHORIZED_CLIENT,
)
NO_ENCRYPTION_KEY = Refusal(
    "The client is registered for encryption, and has no key of that kind, or its jwks_uri does not"
    " answer (OIDC Core §10.2).",
    "The client has no key to encrypt to: check jwks or jwks_uri, and use and alg.",
    ErrorCode.UNAUTHORIZED_CLIENT,
)

CHALLENGE = (
    "WWW-Authenticate",
    "The challenge, with the error if there was a token (RFC 6750 §3).",
)
TWO_TOKENS = Refusal(
    "There is an access token in the header and one in the form.",
    "Send the access token in one place, not in two.",
    ErrorCode.INVALID_REQUEST,
)

FOR_OTHERS = Refusal(
    "The token is for other resources, of which this server is none (RFC 8707 §2).",
    "The access token is for other resources: name the issuer as a resource, too.",
    ErrorCode.INVALID_TOKEN,
    status=401,
    headers=(CHALLENGE,),
)

# Every resource for which an access token is needed
OF_BEARERS = (
    Refusal(
        "There is no access token (RFC 6750 §3).",
        "Send an access token, in the header Authorization: Bearer.",
        ErrorCode.INVALID_TOKEN,
        status=401,
        headers=(CHALLENGE,),
    ),
    Refusal(
        "The token is good no more, or never was (RFC 6750 §3.1); or it is bound to a certificate "
        "with which the request did not come (RFC 8705 §3).",
        "The access token is expired, revoked, malformed or not from here.",
        ErrorCode.INVALID_TOKEN,
        status=401,
        headers=(CHALLENGE,),
    ),
    *OF_CERTIFICATES,
    FOR_OTHERS,
)

# Every endpoint for programs that reads a form
OF_FORMS = (NO_FORM, UNDECODABLE, NUL, TOO_LONG, NO_DATABASE)

# ... and authenticates its client
OF_CLIENTS = (REPEATED, SEVERAL_METHODS, UNKNOWN_CLIENT, *OF_CERTIFICATES, *OF_FORMS)

PAGE_UNDECODABLE = Refusal(UNDECODABLE.when, UNDECODABLE.text, told=Told.PAGE)
PAGE_NUL = Refusal(NUL.when, NUL.text, told=Told.PAGE)
PAGE_NO_FORM = Refusal(NO_FORM.when, NO_FORM.text, told=Told.PAGE)
PAGE_TOO_LONG = Refusal(TOO_LONG.when, TOO_LONG.text, status=413, told=Told.PAGE)
PAGE_NO_DATABASE = Refusal(
    NO_DATABASE.when,
    "We are not able to answer just now",
    status=503,
    told=Told.PAGE,
    headers=(RETRY_AFTER,),
)
FORGED = Refusal(
    "The form was not sent by a page of this server in this browser, or that page is too old.",
    "This page is out of date",
    status=403,
    told=Told.PAGE,
)
OTHER_BROWSER = Refusal(
    "The sign-in was begun in another browser, or this one takes no cookies.",
    "this sign-in was started in another browser, or cookies are refused",
    told=Told.PAGE,
)
EXPIRED = Refusal(
    "The sign-in took too long, or is finished.",
    "this sign-in has expired or is finished",
    told=Told.PAGE,
)

# Every page that is shown
OF_PAGES = (PAGE_UNDECODABLE, PAGE_NUL, PAGE_NO_DATABASE)

# Every form that a page of ours sends
OF_PAGE_FORMS = (PAGE_NO_FORM, PAGE_UNDECODABLE, PAGE_NUL, FORGED, PAGE_TOO_LONG, PAGE_NO_DATABASE)

# Every page that is a step of a sign-in
OF_STEPS = (EXPIRED, OTHER_BROWSER)
