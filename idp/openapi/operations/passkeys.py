"""The page of a person's passkeys (WebAuthn L3 §7.1)."""

from idp import paths
from idp.openapi.model import Field, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import CSRF, DECISION, GONE_ON, SHOWN
from idp.openapi.operations.tags import PAGES

NO_PASSKEY = Refusal(
    "What the browser has sent is no new passkey, or one that somebody has already.",
    "No passkey was added.",
    status=422,
    told=Told.PAGE,
)

OPERATIONS = (
    Operation(
        "passkeys",
        "GET",
        paths.PASSKEYS,
        PAGES,
        "Show the passkeys page",
        "A person sees which passkeys sign them in.",
        answers=(SHOWN, GONE_ON),
        refusals=refusals.OF_PAGES,
    ),
    Operation(
        "submit_passkeys",
        "POST",
        paths.PASSKEYS,
        PAGES,
        "Send the passkeys page",
        "A person adds, renames or removes a passkey. Who removes one is signed out elsewhere.",
        answers=(GONE_ON,),
        fields=(
            CSRF,
            Field("decision", DECISION, required=True, choices=("add", "rename", "remove")),
            Field("credential", "The new PublicKeyCredential, as JSON (WebAuthn L3 §5.1)."),
            Field("passkey", "Which passkey is renamed or removed."),
            Field("name", "What it is called from now on."),
        ),
        refusals=(NO_PASSKEY, *refusals.OF_PAGE_FORMS),
    ),
)
