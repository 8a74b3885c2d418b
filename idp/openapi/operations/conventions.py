"""What browsers and crawlers ask every site for."""

from idp import paths
from idp.openapi.model import Answer, MediaType, Operation
from idp.openapi.operations.authorization import LOCATION
from idp.openapi.operations.tags import PAGES

OPERATIONS = (
    Operation(
        "home",
        "GET",
        paths.HOME,
        PAGES,
        "Find the way",
        "For people who open the bare address.",
        answers=(
            Answer("To the person's account.", status=303, media_type=None, headers=(LOCATION,)),
        ),
    ),
    Operation(
        "favicon",
        "GET",
        paths.FAVICON,
        PAGES,
        "Show the icon",
        "For browsers that have not read a page, where its address stands.",
        answers=(Answer("To the icon.", status=303, media_type=None, headers=(LOCATION,)),),
    ),
    Operation(
        "robots",
        "GET",
        paths.ROBOTS,
        PAGES,
        "Tell crawlers to stay away",
        "The robots exclusion protocol (RFC 9309).",
        answers=(Answer("The rules.", media_type=MediaType.TEXT),),
    ),
    Operation(
        "change_password",
        "GET",
        paths.CHANGE_PASSWORD,
        PAGES,
        "Find where a password is changed",
        "For password managers (W3C, A Well-Known URL for Changing Passwords).",
        answers=(Answer("To the page.", status=303, media_type=None, headers=(LOCATION,)),),
    ),
    Operation(
        "passkey_endpoints",
        "GET",
        paths.PASSKEY_ENDPOINTS,
        PAGES,
        "Find where passkeys are made and kept",
        "For password managers (W3C, A Well-Known URL for Passkey Endpoints).",
        answers=(
            Answer(
                "The addresses of the pages.",
                headers=(("Cache-Control", "For how many seconds they may be kept."),),
                example={
                    "enroll": "https://id.example.com/account/passkeys",
                    "manage": "https://id.example.com/account/passkeys",
                },
            ),
        ),
    ),
)
