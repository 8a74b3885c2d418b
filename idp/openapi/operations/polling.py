"""What a client polls for: how it begins, and what it is told until its person has decided."""

from idp import paths
from idp.openapi.model import Answer, Field, Operation, Refusal, Told
from idp.openapi.operations.client_fields import CLIENT_FIELDS
from idp.openapi.operations.page import CSRF, SHOWN, page
from idp.openapi.operations.refusals import OF_CLIENTS, OF_PAGES, RETRY_AFTER
from idp.openapi.operations.tags import AUTHORIZATION, PAGES
from idp.openapi.security import ANYBODY, CLIENT_SECRET_BASIC
from idp.vocabulary import ErrorCode

# At the token endpoint
TOKEN_FIELDS = (
    Field("device_code", "device_code: the code that the device was given (RFC 8628 §3.4)."),
)
TOKEN_REFUSALS = (
    Refusal(
        "grant_type=urn:ietf:params:oauth:grant-type:device_code without a device_code.",
        "The parameter device_code is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The device_code was made up, was redeemed, or was given to another client.",
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

SCOPE = Field("scope", "What is asked for; without it, what is registered (RFC 6749 §3.3).")
ACR_VALUES = Field("acr_values", "How well the person should be authenticated (OIDC Core §2).")
UI_LOCALES = Field("ui_locales", "The languages for the person, the preferred one first.")

OF_REQUESTS = (
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
        fields=(SCOPE, ACR_VALUES, UI_LOCALES, *CLIENT_FIELDS),
        refusals=(*OF_REQUESTS, *OF_CLIENTS),
        security=(CLIENT_SECRET_BASIC, ANYBODY),
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
