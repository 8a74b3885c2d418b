"""The pages on which people set up what they sign in with besides a password (RFC 6238)."""

from idp import paths
from idp.openapi.model import Field, Refusal, Told
from idp.openapi.operations.page import CSRF, DECISION, GONE_ON, SHOWN, page

WRONG_NEW_CODE = Refusal(
    "The code is not one of the app that is being set up.",
    "This is not the code that your app shows now.",
    status=422,
    told=Told.PAGE,
)
SET_UP_TOO_LATE = Refusal(
    "The secret that was shown is older than ten minutes, or was given up since.",
    "This took too long. Scan the new code.",
    status=422,
    told=Told.PAGE,
)
MADE_TOO_LATE = Refusal(
    "The page is older than ten minutes, or newer codes were made since.",
    "This page was open for too long. Press the button again.",
    status=422,
    told=Told.PAGE,
)

OPERATIONS = (
    *page(
        "totp",
        paths.TOTP,
        "the page of the authenticator app",
        "A person sets up an app for codes, moves it to another phone, or turns it off (RFC 6238).",
        (
            CSRF,
            Field("pending", "What was begun when the page was shown."),
            Field("code", "The code that the app shows."),
            Field("decision", DECISION, choices=("replace", "remove")),
        ),
        on_post=(WRONG_NEW_CODE, SET_UP_TOO_LATE),
        done=(SHOWN, GONE_ON),
    ),
    *page(
        "recovery_codes",
        paths.RECOVERY_CODES,
        "the page of the recovery codes",
        "A person sees how many codes they have left, and makes new ones, which are shown once.",
        (CSRF, Field("pending", "What the codes are made of.")),
        on_post=(MADE_TOO_LATE,),
        done=(SHOWN, GONE_ON),
    ),
)
