"""The pages of further steps: a second proof, the same person once more, something to set up."""

from idp import paths
from idp.openapi.model import Field, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.page import (
    CSRF,
    DECISION,
    INTERACTION,
    THROTTLED,
    page,
)

CREDENTIAL = Field("credential", "The answer of a passkey: a PublicKeyCredential as JSON.")
SIGN_IN = Field("sign_in", "What the person has proven so far.")
PROOF = (
    CSRF,
    Field(
        "method",
        "What is proven, of what the page offers.",
        choices=("passkey", "totp", "recovery_code"),
    ),
    Field("code", "The code of an authenticator app, or a recovery code."),
    CREDENTIAL,
    Field("decision", DECISION, choices=("cancel",)),
)

WRONG_CODE = Refusal(
    "The code is not one of now, or was used before.",
    "That code is wrong, or was used before.",
    status=401,
    told=Told.PAGE,
)
OTHER_METHOD = Refusal(
    "The method is none that the page offers to this person.",
    "One more step",
    status=422,
    told=Told.PAGE,
)
NOT_THEM = Refusal(
    "It is neither the password nor a passkey of the person who is signed in.",
    "That did not work. Check it and try again.",
    status=401,
    told=Told.PAGE,
)
NO_TASK = Refusal(
    "Nothing of this name needs a person to sign in once more.",
    "There is nothing of this name to confirm.",
    status=404,
    told=Told.PAGE,
)

OPERATIONS = (
    *page(
        "verify",
        paths.VERIFY + "/{sign_in}",
        "the page of the second step",
        "A person who typed their password proves something else, too; nobody is signed in before.",
        PROOF,
        (SIGN_IN,),
        refusals.OF_STEPS,
        (WRONG_CODE, THROTTLED, OTHER_METHOD),
    ),
    *page(
        "verify_for_request",
        paths.VERIFY + "/{sign_in}/{interaction}",
        "the page of the second step of a sign-in",
        "The same for a client, which may have asked for more than usual (acr_values).",
        PROOF,
        (SIGN_IN, INTERACTION),
        refusals.OF_STEPS,
        (WRONG_CODE, THROTTLED, OTHER_METHOD),
    ),
    *page(
        "confirm",
        paths.CONFIRM + "/{task}",
        "the page to confirm who one is",
        "A person who is signed in signs in once more, before a change to how that is done.",
        (CSRF, Field("password", "The password."), CREDENTIAL),
        (Field("task", "The change, by the name of its page."),),
        on_post=(NOT_THEM, THROTTLED, NO_TASK),
    ),
    *page(
        "enrol",
        paths.ENROL + "/{interaction}",
        "the page of what must be set up",
        "A person has nothing that proves as much as a client, or this server, asks for.",
        (CSRF, Field("decision", DECISION, choices=("cancel",))),
        (INTERACTION,),
        refusals.OF_STEPS,
    ),
)
