"""What the pages of the description have in common: a page, and the form on it."""

from collections.abc import Iterator

from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.authorization import LOCATION
from idp.openapi.operations.tags import PAGES

INTERACTION = Field("interaction", "The sign-in that the page is a step of.")
SHOWN = Answer("The page.", media_type=MediaType.HTML)
GONE_ON = Answer("To what comes next.", status=303, media_type=None, headers=(LOCATION,))

CSRF = Field("csrf", "The token that the page has put into the form.", required=True)
DECISION = "Which button was pressed."
CREDENTIALS = (
    CSRF,
    Field("username", "The name or the email address."),
    Field("password", "The password."),
    Field("credential", "Instead of both, the answer of a passkey: a PublicKeyCredential as JSON."),
)

WRONG_PASSWORD = Refusal(
    "Name and password do not go together.", "do not go together", status=401, told=Told.PAGE
)
WRONG_PASSKEY = Refusal(
    "The passkey is not known, or its answer is not to what this browser was asked just now.",
    "That passkey did not work here.",
    status=401,
    told=Told.PAGE,
)
THROTTLED = Refusal(
    "Too many wrong passwords for this person or from this address.",
    "then try again.",
    status=429,
    told=Told.PAGE,
    headers=(refusals.RETRY_AFTER,),
)


def page(
    name: str,
    path: str,
    title: str,
    description: str,
    fields: tuple[Field, ...],
    path_fields: tuple[Field, ...] = (),
    always: tuple[Refusal, ...] = (),
    on_post: tuple[Refusal, ...] = (),
    on_show: tuple[Refusal, ...] = refusals.OF_PAGES,
    done: tuple[Answer, ...] = (GONE_ON,),
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
        answers=done,
        fields=fields,
        path_fields=path_fields,
        refusals=(*always, *on_post, *refusals.OF_PAGE_FORMS),
    )
