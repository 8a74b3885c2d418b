"""The pages on which people look after their accounts."""

from idp import paths
from idp.openapi.model import Field, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import (
    CREDENTIALS,
    CSRF,
    GONE_ON,
    SHOWN,
    THROTTLED,
    WRONG_PASSWORD,
    page,
)
from idp.openapi.operations.tags import PAGES

PASSWORDS = (
    CSRF,
    Field("current_password", "The password that is to end."),
    Field("new_password", "The password from now on."),
)

WRONG_CURRENT_PASSWORD = Refusal(
    "The current password is not that of the person.",
    "This is not your current password.",
    status=401,
    told=Told.PAGE,
)
WEAK_NEW_PASSWORD = Refusal(
    "The new password breaks a rule; the page says which.",
    "Error: Change your password",
    status=422,
    told=Told.PAGE,
)

OPERATIONS = (
    Operation(
        "account",
        "GET",
        paths.ACCOUNT,
        PAGES,
        "Show the account page",
        "Where a person is signed in, and what may use their account.",
        answers=(SHOWN, GONE_ON),
        refusals=refusals.OF_PAGES,
    ),
    *page(
        "add_account",
        paths.ADD_ACCOUNT,
        "the login page for one more account",
        "Another person signs in in the same browser, beside those who are signed in.",
        CREDENTIALS,
        on_post=(WRONG_PASSWORD, THROTTLED),
        on_show=(refusals.PAGE_UNDECODABLE, refusals.PAGE_NUL),
    ),
    *page(
        "password",
        paths.PASSWORD,
        "the password page",
        "A person changes their password; their other browsers and all tokens end.",
        PASSWORDS,
        on_post=(WRONG_CURRENT_PASSWORD, THROTTLED, WEAK_NEW_PASSWORD),
    ),
    Operation(
        "disconnect",
        "POST",
        paths.DISCONNECT,
        PAGES,
        "Disconnect a client",
        "Takes back what a person allowed a client; all tokens that it has for them end.",
        answers=(GONE_ON,),
        fields=(CSRF, Field("client_id", "The client.", required=True)),
        refusals=refusals.OF_PAGE_FORMS,
    ),
    Operation(
        "sign_out",
        "POST",
        paths.SIGN_OUT,
        PAGES,
        "Sign out of another browser",
        "Ends a login session of the same person, with all tokens that last no longer than it.",
        answers=(GONE_ON,),
        fields=(CSRF, Field("sid", "The public name of the login session.", required=True)),
        refusals=refusals.OF_PAGE_FORMS,
    ),
)
