"""The pages of what is mailed to people: recovery, codes and links, the email address."""

from idp import paths
from idp.openapi.model import Field, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import CSRF, DECISION, INTERACTION, SHOWN, page
from idp.openapi.operations.registration_pages import UNUSABLE_PROFILE
from idp.openapi.operations.tags import PAGES

FLOW = Field("flow", "What was asked for in this browser.")
LINK = Field("link", "What the link in the mail ends in; to open it does nothing.")
WHAT = Field("what", "What was done.", choices=("recovered", "registered", "verified"))
CODE = (CSRF, Field("code", "The code from the mail; eight digits, blanks and hyphens do no harm."))
USERNAME = (CSRF, Field("username", "The user name or the email address."))
TO_SIGN_IN = (*USERNAME, Field("keep", "Stay signed in for longer.", choices=("yes",)))
ADDRESS = (
    CSRF,
    Field("email", "The new address."),
    Field("decision", DECISION, choices=("verify",)),
)
BEHIND_LINK = (
    CSRF,
    Field("username", "The name to sign in with, of who was invited."),
    Field("name", "What others call the person who was invited."),
    Field("password", "The password of who was invited."),
    Field("new_password", "The password from now on, of who has forgotten theirs."),
)

OVER = Refusal(
    "The code or the link was used, is too old, or another took its place; or another browser"
    " asked for the code.",
    "This is not good any more",
    status=410,
    told=Told.PAGE,
)
WRONG_CODE = Refusal(
    "This is not the code in the mail; it is counted.",
    "This is not the code.",
    status=401,
    told=Told.PAGE,
)
TOO_MANY_CODES = Refusal(
    "Five codes were wrong, so that none is taken any more.",
    "That was one wrong code too many.",
    status=401,
    told=Told.PAGE,
)
TAKEN_USERNAME = Refusal(
    "Somebody else has made an account with the user name since this one was asked for.",
    "This user name was taken meanwhile",
    status=409,
    told=Told.PAGE,
)
TAKEN_EMAIL = Refusal(
    "There is an account with the address since this one was asked for.",
    "You have an account already",
    status=409,
    told=Told.PAGE,
)
TAKEN_NEW_EMAIL = Refusal(
    "Another account has got the address since it was asked for.",
    "This address has another account",
    status=409,
    told=Told.PAGE,
)
SIGN_IN_FIRST = Refusal(
    "An address is changed for who is signed in alone.",
    "Sign in first",
    status=403,
    told=Told.PAGE,
)
WEAK_PASSWORD = Refusal(
    "The new password breaks a rule; the page says which.",
    "Error: Choose a new password",
    status=422,
    told=Told.PAGE,
)
NOBODY = Refusal(
    "Nothing was typed.",
    "Enter your user name or your email address.",
    status=422,
    told=Told.PAGE,
)
ASKED_TOO_OFTEN = Refusal(
    "Too many mails were asked for, about this account or from this address.",
    "then ask again.",
    status=429,
    told=Told.PAGE,
    headers=(refusals.RETRY_AFTER,),
)
WRONG_ADDRESS = Refusal(
    "The new address is none, or is the one that the account has.",
    "Error: Your email address",
    status=422,
    told=Told.PAGE,
)
NOTHING_DONE = Refusal(
    "There is no such thing that could have been done.",
    "Nothing of this name can be done.",
    status=404,
    told=Told.PAGE,
)

OF_CODES = (WRONG_CODE, TOO_MANY_CODES, TAKEN_USERNAME, TAKEN_EMAIL, TAKEN_NEW_EMAIL, SIGN_IN_FIRST)
OF_LINKS = (
    TAKEN_USERNAME,
    TAKEN_EMAIL,
    TAKEN_NEW_EMAIL,
    SIGN_IN_FIRST,
    WEAK_PASSWORD,
    UNUSABLE_PROFILE,
)
DONE_REFUSALS = (NOTHING_DONE, refusals.PAGE_UNDECODABLE, refusals.PAGE_NUL)

OPERATIONS = (
    *page(
        "recover",
        paths.RECOVER,
        "the page for forgotten passwords",
        "A person asks for a mail with which they can choose a new password.",
        USERNAME,
        on_post=(NOBODY, ASKED_TOO_OFTEN),
        on_show=(refusals.PAGE_UNDECODABLE, refusals.PAGE_NUL),
    ),
    *page(
        "recover_for_request",
        paths.RECOVER + "/{interaction}",
        "the page for forgotten passwords of a sign-in",
        "A person for whom a client waits has forgotten their password.",
        USERNAME,
        (INTERACTION,),
        refusals.OF_STEPS,
        (NOBODY, ASKED_TOO_OFTEN),
    ),
    *page(
        "email_code",
        paths.EMAIL_CODE,
        "the page for a code by mail",
        "A person asks for a mail with a code to sign in with. Only with `sign_in.email_code`.",
        TO_SIGN_IN,
        on_post=(NOBODY, ASKED_TOO_OFTEN),
        on_show=(refusals.PAGE_UNDECODABLE, refusals.PAGE_NUL),
    ),
    *page(
        "email_code_for_request",
        paths.EMAIL_CODE + "/{interaction}",
        "the page for a code by mail, of a sign-in",
        "The same, for a person for whom a client waits.",
        TO_SIGN_IN,
        (INTERACTION,),
        refusals.OF_STEPS,
        (NOBODY, ASKED_TOO_OFTEN),
    ),
    *page(
        "check_mail",
        paths.CHECK_MAIL + "/{flow}",
        "the page for a code from a mail",
        "A person shows to have read what was mailed, in the browser that asked for it.",
        CODE,
        (FLOW,),
        (OVER,),
        OF_CODES,
    ),
    *page(
        "check_mail_for_request",
        paths.CHECK_MAIL + "/{flow}/{interaction}",
        "the page for a code from a mail, of a sign-in",
        "The same, for a person for whom a client waits; if it waits no more, without it.",
        CODE,
        (FLOW, INTERACTION),
        (OVER,),
        OF_CODES,
    ),
    *page(
        "mail_link",
        paths.MAIL_LINK + "/{link}",
        "the page behind the link in a mail",
        "A person shows to have read what was mailed, in any browser, by the button on this page.",
        BEHIND_LINK,
        (LINK,),
        (OVER,),
        OF_LINKS,
    ),
    *page(
        "mail_link_for_request",
        paths.MAIL_LINK + "/{link}/{interaction}",
        "the page behind a code from a mail, of a sign-in",
        "The same, for a person for whom a client waits.",
        BEHIND_LINK,
        (LINK, INTERACTION),
        (OVER,),
        OF_LINKS,
    ),
    Operation(
        "done",
        "GET",
        paths.DONE + "/{what}",
        PAGES,
        "Say what was done",
        "Leads to the login page.",
        answers=(SHOWN,),
        path_fields=(WHAT,),
        refusals=DONE_REFUSALS,
    ),
    Operation(
        "done_for_request",
        "GET",
        paths.DONE + "/{what}/{interaction}",
        PAGES,
        "Say what was done in a sign-in",
        "Leads to the login page of that sign-in.",
        answers=(SHOWN,),
        path_fields=(WHAT, INTERACTION),
        refusals=DONE_REFUSALS,
    ),
    *page(
        "email",
        paths.EMAIL,
        "the page of the email address",
        "A person confirms their address, or asks for another, which is mailed at both.",
        ADDRESS,
        on_post=(WRONG_ADDRESS, ASKED_TOO_OFTEN),
    ),
)
