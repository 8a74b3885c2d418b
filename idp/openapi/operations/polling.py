"""What a client polls for: how it begins, and what it is told until its person has decided."""

from idp import paths
from idp.openapi.model import Answer, Field, Operation, Refusal, Told
from idp.openapi.operations.client_documents import OF_NEW_CLIENTS
from idp.openapi.operations.client_fields import CLIENT_FIELDS
from idp.openapi.operations.page import CSRF, GONE_ON, SHOWN, page
from idp.openapi.operations.refusals import EXPIRED, OF_CLIENTS, OF_PAGES, RETRY_AFTER
from idp.openapi.operations.signed_request_refusals import OF_SIGNED_REQUESTS, OF_USER_CODES
from idp.openapi.operations.tags import AUTHORIZATION, PAGES
from idp.openapi.security import ANYBODY, CLIENT_SECRET_BASIC
from idp.vocabulary import ErrorCode

# At the token endpoint
TOKEN_FIELDS = (
    Field("auth_req_id", "ciba: what the client was given (CIBA Core §10.1)."),
    Field("device_code", "device_code: the code that the device was given (RFC 8628 §3.4)."),
)
TOKEN_REFUSALS = (
    Refusal(
        "grant_type=urn:ietf:params:oauth:grant-type:device_code without a device_code.",
        "The parameter device_code is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "grant_type=urn:openid:params:grant-type:ciba without an auth_req_id.",
        "The parameter auth_req_id is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The device_code or auth_req_id was made up, was redeemed, or was given to another client.",
        "The code is unknown, was used before, or is not for this client.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The person has not decided yet (RFC 8628 §3.5).",
        "The user has not decided yet: ask again after the interval.",
        ErrorCode.AUTHORIZATION_PENDING,
    ),
    Refusal(
        "The person has not decided yet, and the client did not wait for the interval.",
        "Asked too soon: wait 5 seconds longer than before, from now on.",
        ErrorCode.SLOW_DOWN,
    ),
    Refusal(
        "The person did not decide in time, or the client asked no more in time.",
        "The code has expired: begin anew if the user wants to.",
        ErrorCode.EXPIRED_TOKEN,
    ),
    Refusal(
        "The person has decided, against the client.",
        "The user did not allow it.",
        ErrorCode.ACCESS_DENIED,
    ),
)

BACKCHANNEL_FIELDS = (
    Field("scope", "What is asked for, openid among it; needed, here or in request."),
    Field("login_hint", "Who is meant: their user name or email address."),
    Field("id_token_hint", "Who is meant, instead: an ID token that the client has got."),
    Field("binding_message", "What both devices show, for the person to compare."),
    Field("user_code", "The code that the person has chosen, if the client may send it."),
    Field("requested_expiry", "For how many seconds the client will wait, if for less than usual."),
    Field("client_notification_token", "With ping: what the client is told with."),
    Field(
        "request",
        "All of these as a JWT, of a client that is registered to sign (CIBA Core §7.1.1).",
    ),
)

SCOPE = Field("scope", "What is asked for; without it, what is registered (RFC 6749 §3.3).")
OF_SIGN_INS = (
    Field("prompt", "What the person must do though they are signed in, between spaces."),
    Field("max_age", "How many seconds ago the person may have signed in.", type="integer"),
    Field("acr_values", "How well the person should be authenticated (OIDC Core §2)."),
    Field("claims", "JSON: claims that are asked for one by one (OIDC Core §5.5)."),
    Field("nonce", "What the ID token will carry, for the client to know it by."),
    Field("ui_locales", "The languages for the person, the preferred one first."),
)

OF_REQUESTS = (
    Refusal(
        "The client has asked too often: for devices at one address, for people who are not there, "
        "or one person.",
        "Asked too often. Wait as Retry-After says.",
        ErrorCode.TEMPORARILY_UNAVAILABLE,
        status=429,
        headers=(RETRY_AFTER,),
    ),
    Refusal(
        "The client is not registered to ask like this.",
        "The client is not registered for this grant_type.",
        ErrorCode.UNAUTHORIZED_CLIENT,
    ),
    Refusal(
        "A parameter has more than 2000 characters.",
        "A parameter is too long.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The scope is not written as RFC 6749 §3.3 has it.",
        "The scope has forbidden characters or is too long.",
        ErrorCode.INVALID_SCOPE,
    ),
    Refusal(
        "Nothing that is asked for is for the client.",
        "The client is not registered for any scope of this request.",
        ErrorCode.INVALID_SCOPE,
    ),
    Refusal(
        "The prompt has another word: nobody is asked without a page, nor to make an account.",
        "The prompt must be of login, consent and select_account.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The max_age is not a whole number.",
        "The max_age must be a number of seconds.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The claims parameter cannot be read.",
        "The claims must be a JSON object as OIDC Core 5.5 has it.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The claims have an essential acr that this server cannot reach (OIDC Core §5.5.1.1).",
        "No value of the essential acr can be met: see acr_values_supported.",
        ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS,
    ),
)

OF_BACKCHANNEL = (
    Refusal("There is no scope.", "The parameter scope is missing.", ErrorCode.INVALID_REQUEST),
    Refusal(
        "The scope is without openid, which every such request has (CIBA Core §7.1).",
        "The scope must have openid.",
        ErrorCode.INVALID_SCOPE,
    ),
    Refusal(
        "There is no hint, or more than one.",
        "Send exactly one of login_hint and id_token_hint.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The hint is a login_hint_token.",
        "The login_hint_token is not supported: send login_hint.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The id_token_hint is something else, or another client's.",
        "The id_token_hint is no ID token of this issuer for this client.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "There is no such person, or they may not sign in (CIBA Core §13).",
        "The hint names no user of this server.",
        ErrorCode.UNKNOWN_USER_ID,
    ),
    Refusal(
        "The message is too long to be compared, or has a control character.",
        "The binding_message must be one line of at most 100 characters.",
        ErrorCode.INVALID_BINDING_MESSAGE,
    ),
    Refusal(
        "The requested_expiry is no number, or 0.",
        "The requested_expiry must be a positive number of seconds.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The client is registered for ping, and sends no token to be told with.",
        "The parameter client_notification_token is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The client_notification_token is longer than 1024 characters, or has others than RFC 6750 "
        "§2.1 allows.",
        "The client_notification_token must be a Bearer token.",
        ErrorCode.INVALID_REQUEST,
    ),
    *OF_SIGNED_REQUESTS,
    *OF_USER_CODES,
    Refusal(
        "fapi_ciba: there is nothing by which the person could tell it from another request "
        "(FAPI-CIBA §5.2.2).",
        "The parameter binding_message is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
)

WRONG_USER_CODE = Refusal(
    "No device waits that shows the code.",
    "No device shows this code now.",
    status=422,
    told=Told.PAGE,
)
TOO_MANY_GUESSES = Refusal(
    "Too many wrong codes from this address, or by the person who is signed in.",
    "Too many attempts. Wait",
    status=429,
    told=Told.PAGE,
    headers=(RETRY_AFTER,),
)
NO_OUTCOME = Refusal(
    "There are two outcomes, and this is neither.",
    "There is nothing of this name to say of a device.",
    status=404,
    told=Told.PAGE,
)

OPERATIONS = (
    Operation(
        "device_authorization",
        "POST",
        paths.DEVICE_AUTHORIZATION,
        AUTHORIZATION,
        "Connect a device",
        "The device authorization endpoint (RFC 8628 §3.1), for devices on which nobody can type: "
        "the device shows user_code and verification_uri, and polls the token endpoint with "
        "device_code until the person has decided elsewhere.",
        answers=(
            Answer(
                "What to show, what to poll with, and how often (RFC 8628 §3.2).",
                example={
                    "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS9w",
                    "user_code": "WDJB-MJHT",
                    "verification_uri": "https://id.example.com/device",
                    "verification_uri_complete": (
                        "https://id.example.com/device?user_code=WDJB-MJHT"
                    ),
                    "expires_in": 600,
                    "interval": 5,
                },
            ),
        ),
        fields=(SCOPE, *OF_SIGN_INS, *CLIENT_FIELDS),
        refusals=(*OF_REQUESTS, *OF_CLIENTS, *OF_NEW_CLIENTS),
        security=(CLIENT_SECRET_BASIC, ANYBODY),
    ),
    Operation(
        "backchannel_authentication",
        "POST",
        paths.BACKCHANNEL_AUTHENTICATION,
        AUTHORIZATION,
        "Ask a person who is elsewhere",
        "The backchannel authentication endpoint (CIBA Core §7), for clients that authenticate: "
        "the person is mailed a link and sees the request on their account page; the client polls "
        "the token endpoint, and is told when there is an answer if it is registered for ping.",
        answers=(
            Answer(
                "What to poll with, for how long, and how often (CIBA Core §7.3).",
                example={
                    "auth_req_id": "1c266114-a1be-4252-8ad1-04986c5b9ac1",
                    "expires_in": 300,
                    "interval": 5,
                },
            ),
        ),
        fields=(*BACKCHANNEL_FIELDS, *OF_SIGN_INS, *CLIENT_FIELDS),
        refusals=(*OF_BACKCHANNEL, *OF_REQUESTS, *OF_CLIENTS, *OF_NEW_CLIENTS),
        security=(CLIENT_SECRET_BASIC, ANYBODY),
    ),
    Operation(
        "request",
        "GET",
        paths.REQUEST + "/{request}",
        PAGES,
        "Answer a client that waits elsewhere",
        "For a person who opens the link of a mail (CIBA Core §8).",
        answers=(GONE_ON,),
        path_fields=(Field("request", "The request."),),
        refusals=(EXPIRED, *OF_PAGES),
    ),
    *page(
        "device",
        paths.DEVICE,
        "the page to connect a device",
        "A person types the code that their device shows (RFC 8628 §3.3); user_code may be in the "
        "query.",
        (CSRF, Field("user_code", "The code, in any case, with or without its dash.")),
        on_post=(WRONG_USER_CODE, TOO_MANY_GUESSES),
    ),
    Operation(
        "device_done",
        "GET",
        paths.DEVICE + "/{outcome}",
        PAGES,
        "Show what was decided about a device",
        "For the person, who goes on at the device.",
        answers=(SHOWN,),
        path_fields=(Field("outcome", "What was decided.", choices=("allowed", "denied")),),
        refusals=(NO_OUTCOME, *OF_PAGES),
    ),
)
