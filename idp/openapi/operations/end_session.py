"""The end session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2)."""

from dataclasses import replace

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal, Told
from idp.openapi.operations import refusals
from idp.openapi.operations.authorization import LOCATION
from idp.openapi.operations.tags import AUTHORIZATION

REFUSALS = (
    Refusal(
        "The id_token_hint is broken, or of another server.",
        "The id_token_hint is no ID token of this issuer.",
        told=Told.PAGE,
    ),
    Refusal(
        "The client_id is not that of the id_token_hint.",
        "'client_id' does not match 'aud' claim",
        told=Told.PAGE,
    ),
    Refusal(
        "The post_logout_redirect_uri is another than those registered, or nothing says whose it "
        "is.",
        "The post_logout_redirect_uri is not registered for the client.",
        told=Told.PAGE,
    ),
    Refusal(refusals.REPEATED.when, refusals.REPEATED.text, told=Told.PAGE),
)

BY_GET = Operation(
    "end_session",
    "GET",
    paths.END_SESSION,
    AUTHORIZATION,
    "Sign a person out",
    "The end session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2). With an ID token of the "
    "session that is open in the browser it ends at once; else the person is asked.",
    answers=(
        Answer(
            "A page that asks, or says that it is done; it may have frames in which clients end "
            "their sessions, and goes on to the post_logout_redirect_uri after them.",
            media_type=MediaType.HTML,
        ),
        Answer(
            "To the post_logout_redirect_uri, with state.",
            status=303,
            media_type=None,
            headers=(LOCATION,),
        ),
    ),
    fields=(
        Field("id_token_hint", "An ID token of the person; it may have expired."),
        Field("client_id", "The client, if there is no id_token_hint."),
        Field("post_logout_redirect_uri", "Where to go afterwards: one that is registered."),
        Field("state", "Comes back as it is."),
        Field("logout_hint", "Who is meant; taken, but it proves nothing."),
        Field("ui_locales", "The languages that the person reads, the best first."),
    ),
    refusals=(*REFUSALS, *refusals.OF_PAGES),
)

BY_POST = replace(
    BY_GET,
    operation_id="end_session_by_post",
    method="POST",
    summary="Sign a person out, by a form",
    description=(
        "The same by a form. One that a client sends goes on as a GET, because browsers send no "
        "cookies along with it; one that the page sends, which has csrf, signs out."
    ),
    fields=(
        *BY_GET.fields,
        Field("csrf", "The token that the page has put into the form."),
        Field("decision", "Who else leaves the browser.", choices=("all",)),
    ),
    refusals=refusals.OF_PAGE_FORMS,
)

OPERATIONS = (BY_GET, BY_POST)
