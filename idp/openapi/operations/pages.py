"""The pages of a sign-in; programs have no business there."""

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import (
    CREDENTIALS,
    CSRF,
    DECISION,
    INTERACTION,
    THROTTLED,
    WRONG_PASSKEY,
    WRONG_PASSWORD,
    page,
)
from idp.openapi.operations.tags import PAGES

ACCOUNT = Field("account", "The user_id of the account that was chosen.")
DURATION = Field(
    "duration",
    "How long it may last; anything else is just this once.",
    choices=("until_disconnected", "90_days", "30_days", "once"),
)
NO_LOGO = Refusal(
    "The client is not there, or has no logo, or another one by now.",
    "There is nothing here",
    status=404,
    told=Told.PAGE,
)

NO_ACCENT = Refusal(
    "The name is no colour, or one that could not be read.",
    "There is nothing here",
    status=404,
    told=Told.PAGE,
)

OPERATIONS = (
    *page(
        "login",
        paths.LOGIN,
        "the login page",
        "For a person who comes by themselves; leads to their account.",
        CREDENTIALS,
        on_post=(WRONG_PASSWORD, WRONG_PASSKEY, THROTTLED),
    ),
    *page(
        "login_for_request",
        paths.LOGIN + "/{interaction}",
        "the login page of a sign-in",
        "A person signs in for a client, or once more (OIDC Core §3.1.2.3).",
        (*CREDENTIALS, Field("decision", DECISION, choices=("cancel",))),
        (INTERACTION,),
        refusals.OF_STEPS,
        (WRONG_PASSWORD, WRONG_PASSKEY, THROTTLED),
    ),
    *page(
        "consent",
        paths.CONSENT + "/{interaction}",
        "the consent page",
        "A person allows what a client asks, or not (OIDC Core §3.1.2.4).",
        (CSRF, Field("decision", DECISION, choices=("allow", "deny")), DURATION),
        (INTERACTION,),
        refusals.OF_STEPS,
    ),
    *page(
        "select_account",
        paths.SELECT_ACCOUNT,
        "the account chooser",
        "A person changes to another account that is signed in in the browser.",
        (CSRF, ACCOUNT),
    ),
    *page(
        "select_account_for_request",
        paths.SELECT_ACCOUNT + "/{interaction}",
        "the account chooser of a sign-in",
        "A person says as whom they go on (prompt=select_account).",
        (CSRF, ACCOUNT, Field("decision", DECISION, choices=("other", "cancel"))),
        (INTERACTION,),
        refusals.OF_STEPS,
    ),
    Operation(
        "logo",
        "GET",
        paths.LOGOS + "/{client_id}/{version}",
        PAGES,
        "Load a client's logo",
        "What is at the client's logo_uri, if it is a PNG, JPEG, GIF or WebP; else a letter.",
        answers=(
            Answer(
                "The picture.",
                media_type=MediaType.IMAGE,
                headers=(("Cache-Control", "For how many seconds it may be kept."),),
            ),
        ),
        path_fields=(
            Field("client_id", "The client; a client_id that is a URL is in base64url, after ~."),
            Field("version", "A name for its logo_uri, which changes with it."),
        ),
        refusals=(NO_LOGO, *refusals.OF_PAGES),
    ),
    Operation(
        "accent",
        "GET",
        paths.ACCENTS + "/{name}",
        PAGES,
        "Load an accent colour",
        "A sheet that gives the pages another colour for buttons and links, in light and dark.",
        answers=(
            Answer(
                "The sheet.",
                media_type=MediaType.CSS,
                headers=(("Cache-Control", "It never changes."),),
            ),
        ),
        path_fields=(Field("name", "The colour, as rrggbb.css."),),
        refusals=(NO_ACCENT, *refusals.OF_PAGES),
    ),
)
