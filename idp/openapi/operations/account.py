"""A person's own pages; programs have no business there either."""

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import CSRF, GONE_ON, SHOWN, page
from idp.openapi.operations.pages import NO_LOGO
from idp.openapi.operations.tags import PAGES

PROFILE = (
    CSRF,
    Field("name", "What others call the person; so each claim that may be edited."),
    Field("website", "Where their website is."),
    Field("zoneinfo", "The time zone."),
    Field("locale", "The language."),
)

WRONG_CLAIM = Refusal(
    "A claim cannot have the value that was typed; the page says which.",
    "Error: Profile",
    status=422,
    told=Told.PAGE,
)
NOT_A_PICTURE = Refusal(
    "The file is no picture of these kinds, or is broken, or has too many pixels.",
    "This is no PNG, JPEG, GIF or WebP picture that can be shown. Choose another one.",
    status=422,
    told=Told.PAGE,
)
TOO_LARGE = Refusal(
    "The picture is larger than account.max_picture_bytes.",
    "This picture is too large. Choose a smaller one.",
    status=422,
    told=Told.PAGE,
)
NO_PICTURES = Refusal(
    "The operator does not let people choose their pictures.",
    "Pictures are given by administrators here.",
    status=404,
    told=Told.PAGE,
)
NO_MULTIPART = Refusal(
    "The body is no form with files.",
    "Send the picture as multipart/form-data.",
    told=Told.PAGE,
)
NOT_TYPED = Refusal(
    "The user name was not typed.",
    "This is not your user name. Nothing was deleted.",
    status=422,
    told=Told.PAGE,
)
LAST_ADMINISTRATOR = Refusal(
    "Nobody would be left to administrate the server.",
    "You are the last administrator. Make somebody else one first; nothing was deleted.",
    status=422,
    told=Told.PAGE,
)
UNUSABLE_USER_CODE = Refusal(
    "The code is too short, too long, or has a control character.",
    "Choose a code of 6 to 64 characters.",
    status=422,
    told=Told.PAGE,
)
NO_DELETION = Refusal(
    "The operator does not let people delete their accounts.",
    "Accounts are deleted by administrators here.",
    status=404,
    told=Told.PAGE,
)


def _shown(
    name: str, path: str, title: str, description: str, fields: tuple[Field, ...] = ()
) -> Operation:
    """Declare a page that is only looked at."""
    return Operation(
        name,
        "GET",
        path,
        PAGES,
        f"Show {title}",
        description,
        answers=(SHOWN, GONE_ON),
        fields=fields,
        refusals=refusals.OF_PAGES,
    )


def _act(
    name: str,
    path: str,
    summary: str,
    description: str,
    *fields: Field,
    answer: Answer = GONE_ON,
    also: tuple[Refusal, ...] = (),
) -> Operation:
    """Declare what a button on a page does."""
    return Operation(
        name,
        "POST",
        path,
        PAGES,
        summary,
        description,
        answers=(answer,) if answer is GONE_ON else (answer, GONE_ON),
        fields=(CSRF, *fields),
        refusals=(*also, *refusals.OF_PAGE_FORMS),
    )


OPERATIONS = (
    _shown(
        "account",
        paths.ACCOUNT,
        "the account page",
        "Who a person is here, and the way to all that is about their account.",
    ),
    *page(
        "profile",
        paths.PROFILE,
        "the profile page",
        "A person says of themselves what clients may know (OIDC Core §5.1).",
        PROFILE,
        on_post=(WRONG_CLAIM,),
    ),
    Operation(
        "give_picture",
        "POST",
        paths.PICTURE,
        PAGES,
        "Give oneself a picture",
        "A PNG, JPEG, GIF or WebP; its metadata is removed, and its address becomes the claim.",
        answers=(GONE_ON,),
        fields=(CSRF, Field("picture", "The file.", required=True)),
        refusals=(
            NO_PICTURES,
            NOT_A_PICTURE,
            TOO_LARGE,
            NO_MULTIPART,
            refusals.PAGE_UNDECODABLE,
            refusals.PAGE_NUL,
            refusals.FORGED,
            refusals.PAGE_TOO_LONG,
            refusals.PAGE_NO_DATABASE,
        ),
        takes=MediaType.MULTIPART,
    ),
    _act(
        "remove_picture",
        paths.REMOVE_PICTURE,
        "Remove one's picture",
        "The picture is gone from its address, and the claim with it.",
        also=(NO_PICTURES,),
    ),
    Operation(
        "picture",
        "GET",
        paths.PICTURES + "/{picture_id}",
        PAGES,
        "Load a person's picture",
        "What the claim picture leads to, if people may give themselves one.",
        answers=(
            Answer(
                "The picture.",
                media_type=MediaType.IMAGE,
                headers=(("Cache-Control", "For how many seconds it may be kept."),),
            ),
        ),
        path_fields=(Field("picture_id", "A name that nobody guesses."),),
        refusals=(
            Refusal("There is no such picture any more.", NO_LOGO.text, status=404, told=Told.PAGE),
            *refusals.OF_PAGES,
        ),
    ),
    _shown(
        "security",
        paths.SECURITY,
        "the security page",
        "How a person signs in, and where each of it is changed.",
    ),
    _shown("devices", paths.DEVICES, "the devices page", "Where a person is signed in."),
    _act(
        "sign_out",
        paths.SIGN_OUT,
        "Sign out of another browser",
        "Ends a login session of the same person, with all tokens that last no longer than it.",
        Field("sid", "The public name of the login session.", required=True),
    ),
    _act(
        "sign_out_others",
        paths.SIGN_OUT_OTHERS,
        "Sign out of all other browsers",
        "Ends every login session of the same person but the one in which this is sent.",
    ),
    _shown(
        "connections",
        paths.CONNECTIONS,
        "the connected apps",
        "Which clients may use a person's account, for what, and since when.",
    ),
    *page(
        "requests",
        paths.REQUESTS,
        "the requests that wait",
        "What clients ask a person who is elsewhere (CIBA Core §8), for them to answer. A person "
        "may choose a code, without which no client may ask them (user_code, §7.1).",
        (CSRF, Field("user_code", "The code.", required=True)),
        on_post=(UNUSABLE_USER_CODE,),
    ),
    _act(
        "remove_user_code",
        paths.REMOVE_USER_CODE,
        "Remove one's code for requests",
        "Clients may ask without it again.",
    ),
    _act(
        "disconnect",
        paths.DISCONNECT,
        "Disconnect a client",
        "Takes back what a person allowed a client; all tokens that it has for them end.",
        Field("client_id", "The client.", required=True),
    ),
    _shown(
        "activity",
        paths.ACTIVITY,
        "the activity page",
        "The security events of a person, newest first.",
        (Field("before", "The number of the event before which the page begins."),),
    ),
    _shown(
        "account_data",
        paths.ACCOUNT_DATA,
        "the page of one's data",
        "Where a person takes a copy of their data, or deletes their account.",
    ),
    _act(
        "export_account",
        paths.EXPORT_ACCOUNT,
        "Download a copy of one's data",
        "All that is known of the person, but for what opens anything.",
        answer=Answer("The copy."),
    ),
    _act(
        "delete_account",
        paths.DELETE_ACCOUNT,
        "Delete one's account",
        "Ends all sessions and tokens, tells the clients, and removes what is kept of the person.",
        Field("confirmation", "The user name, typed once more.", required=True),
        answer=Answer("The page that says so.", media_type=MediaType.HTML),
        also=(NO_DELETION, NOT_TYPED, LAST_ADMINISTRATOR),
    ),
)
