"""The pages on which people change how they sign in."""

from idp import paths
from idp.openapi.model import Field, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import (
    CREDENTIALS,
    CSRF,
    THROTTLED,
    WRONG_PASSKEY,
    WRONG_PASSWORD,
    page,
)

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
    *page(
        "add_account",
        paths.ADD_ACCOUNT,
        "the login page for one more account",
        "Another person signs in in the same browser, beside those who are signed in.",
        CREDENTIALS,
        on_post=(WRONG_PASSWORD, WRONG_PASSKEY, THROTTLED),
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
)
