"""The pages on which people get an account."""

from idp import paths
from idp.openapi.model import Field, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import (
    CSRF,
    INTERACTION,
    page,
)

PROFILE = (
    CSRF,
    Field("username", "The name to sign in with."),
    Field("email", "The email address."),
    Field("name", "What others call the person."),
    Field("password", "The password."),
)


NO_REGISTRATION = Refusal(
    "The operator does not let people make accounts.",
    "Accounts are made by administrators here.",
    status=404,
    told=Told.PAGE,
)
UNUSABLE_PROFILE = Refusal(
    "Something that was typed cannot be used; the page says what.",
    "Error:",
    status=422,
    told=Told.PAGE,
)
REGISTERED_TOO_OFTEN = Refusal(
    "Too many accounts were made, or mails asked for, from this address.",
    "Too many attempts from your network.",
    status=429,
    told=Told.PAGE,
    headers=(refusals.RETRY_AFTER,),
)
OLD_LINK = Refusal(
    "The link was used before, or is older than a day.",
    "This set-up link is not good any more",
    status=410,
    told=Told.PAGE,
)


OPERATIONS = (
    *page(
        "register",
        paths.REGISTER,
        "the registration page",
        "A person makes an account, where the operator lets them.",
        PROFILE,
        always=(NO_REGISTRATION,),
        on_post=(UNUSABLE_PROFILE, REGISTERED_TOO_OFTEN),
        on_show=(refusals.PAGE_UNDECODABLE, refusals.PAGE_NUL),  # it asks the database nothing
    ),
    *page(
        "register_for_request",
        paths.REGISTER + "/{interaction}",
        "the registration page of a sign-in",
        "A person makes an account for a client (prompt=create).",
        PROFILE,
        (INTERACTION,),
        (NO_REGISTRATION, *refusals.OF_STEPS),
        (UNUSABLE_PROFILE, REGISTERED_TOO_OFTEN),
    ),
    *page(
        "setup",
        paths.SETUP + "/{token}",
        "the set-up page",
        "The first administrator makes their account, by the link that the first start prints.",
        PROFILE,
        (Field("token", "What the link ends in; it is good once."),),
        (OLD_LINK,),
        (UNUSABLE_PROFILE,),
    ),
)
