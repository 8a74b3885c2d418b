"""The pages that people see; programs have no business there."""

from collections.abc import Iterator

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.authorization import LOCATION
from idp.openapi.operations.tags import PAGES

INTERACTION = Field("interaction", "The sign-in that the page is a step of.")
SHOWN = Answer("The page.", media_type=MediaType.HTML)
GONE_ON = Answer("To what comes next.", status=303, media_type=None, headers=(LOCATION,))

CSRF = Field("csrf", "The token that the page has put into the form.", required=True)
DECISION = "Which button was pressed."
ACCOUNT = Field("account", "The user_id of the account that was chosen.")
CREDENTIALS = (
    CSRF,
    Field("username", "The name or the email address."),
    Field("password", "The password."),
)
PASSWORDS = (
    CSRF,
    Field("current_password", "The password that is to end."),
    Field("new_password", "The password from now on."),
)
PROFILE = (
    CSRF,
    Field("username", "The name to sign in with."),
    Field("email", "The email address."),
    Field("name", "What others call the person."),
    Field("password", "The password."),
)

WRONG_PASSWORD = Refusal(
    "Name and password do not go together.", "do not go together", status=401, told=Told.PAGE
)
THROTTLED = Refusal(
    "Too many wrong passwords for this person or from this address.",
    "then try again.",
    status=429,
    told=Told.PAGE,
    headers=(refusals.RETRY_AFTER,),
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
    "Too many accounts were made from this address.",
    "Too many attempts from your network.",
    status=429,
    told=Told.PAGE,
    headers=(refusals.RETRY_AFTER,),
)
NO_LOGO = Refusal(
    "The client is not there, or has no logo, or another one by now.",
    "There is nothing here",
    status=404,
    told=Told.PAGE,
)
OLD_LINK = Refusal(
    "The link was used before, or is older than a day.",
    "This set-up link is not good any more",
    status=410,
    told=Told.PAGE,
)


def _page(
    name: str,
    path: str,
    title: str,
    description: str,
    fields: tuple[Field, ...],
    path_fields: tuple[Field, ...] = (),
    always: tuple[Refusal, ...] = (),
    on_post: tuple[Refusal, ...] = (),
    on_show: tuple[Refusal, ...] = refusals.OF_PAGES,
) -> Iterator[Operation]:
    """Declare a page and the form on it."""
    yield Operation(
        name,
        "GET",
        path,
        PAGES,
        f"Show {title}",
        description,
        answers=(SHOWN, GONE_ON),
        path_fields=path_fields,
        refusals=(*always, *on_show),
    )
    yield Operation(
        f"submit_{name}",
        "POST",
        path,
        PAGES,
        f"Send {title}",
        f"The form on {title}.",
        answers=(GONE_ON,),
        fields=fields,
        path_fields=path_fields,
        refusals=(*always, *on_post, *refusals.OF_PAGE_FORMS),
    )


OPERATIONS = (
    *_page(
        "login",
        paths.LOGIN,
        "the login page",
        "For a person who comes by themselves; leads to their account.",
        CREDENTIALS,
        on_post=(WRONG_PASSWORD, THROTTLED),
    ),
    *_page(
        "login_for_request",
        paths.LOGIN + "/{interaction}",
        "the login page of a sign-in",
        "A person signs in for a client, or once more (OIDC Core §3.1.2.3).",
        (*CREDENTIALS, Field("decision", DECISION, choices=("cancel",))),
        (INTERACTION,),
        refusals.OF_STEPS,
        (WRONG_PASSWORD, THROTTLED),
    ),
    *_page(
        "consent",
        paths.CONSENT + "/{interaction}",
        "the consent page",
        "A person allows what a client asks, or not (OIDC Core §3.1.2.4).",
        (CSRF, Field("decision", DECISION, choices=("allow", "deny"))),
        (INTERACTION,),
        refusals.OF_STEPS,
    ),
    *_page(
        "select_account",
        paths.SELECT_ACCOUNT,
        "the account chooser",
        "A person changes to another account that is signed in in the browser.",
        (CSRF, ACCOUNT),
    ),
    *_page(
        "select_account_for_request",
        paths.SELECT_ACCOUNT + "/{interaction}",
        "the account chooser of a sign-in",
        "A person says as whom they go on (prompt=select_account).",
        (CSRF, ACCOUNT, Field("decision", DECISION, choices=("other", "cancel"))),
        (INTERACTION,),
        refusals.OF_STEPS,
    ),
    *_page(
        "register",
        paths.REGISTER,
        "the registration page",
        "A person makes an account, where the operator lets them.",
        PROFILE,
        always=(NO_REGISTRATION,),
        on_post=(UNUSABLE_PROFILE, REGISTERED_TOO_OFTEN),
        on_show=(refusals.PAGE_UNDECODABLE, refusals.PAGE_NUL),  # it asks the database nothing
    ),
    *_page(
        "register_for_request",
        paths.REGISTER + "/{interaction}",
        "the registration page of a sign-in",
        "A person makes an account for a client (prompt=create).",
        PROFILE,
        (INTERACTION,),
        (NO_REGISTRATION, *refusals.OF_STEPS),
        (UNUSABLE_PROFILE, REGISTERED_TOO_OFTEN),
    ),
    *_page(
        "setup",
        paths.SETUP + "/{token}",
        "the set-up page",
        "The first administrator makes their account, by the link that the first start prints.",
        PROFILE,
        (Field("token", "What the link ends in; it is good once."),),
        (OLD_LINK,),
        (UNUSABLE_PROFILE,),
    ),
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
    *_page(
        "add_account",
        paths.ADD_ACCOUNT,
        "the login page for one more account",
        "Another person signs in in the same browser, beside those who are signed in.",
        CREDENTIALS,
        on_post=(WRONG_PASSWORD, THROTTLED),
        on_show=(refusals.PAGE_UNDECODABLE, refusals.PAGE_NUL),
    ),
    *_page(
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
            Field("client_id", "The client."),
            Field("version", "A name for its logo_uri, which changes with it."),
        ),
        refusals=(NO_LOGO, *refusals.OF_PAGES),
    ),
)
