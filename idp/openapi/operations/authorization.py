"""The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2)."""

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal, Told
from idp.openapi.operations import refusals, targets
from idp.openapi.operations.authorization_refusals import SENT_TO_CLIENT, SHOWN_TO_USER
from idp.openapi.operations.client_documents import DOCUMENT_SHOWN
from idp.openapi.operations.pushed_refusals import SPENT, UNUSABLE
from idp.openapi.operations.request_object_refusals import OF_REQUEST_OBJECTS
from idp.openapi.operations.tags import AUTHORIZATION, PAGES
from idp.vocabulary import ErrorCode, Prompt, ResponseMode, ResponseType

LOCATION = ("Location", "Where the browser goes.")

FIELDS = (
    Field("client_id", "The client.", required=True),
    Field("response_type", "What is asked for.", required=True, choices=tuple(ResponseType)),
    Field(
        "redirect_uri",
        "Where the answer goes: one that is registered, letter for letter. OpenID Connect needs "
        "it; else it may be left out if the client has only one.",
    ),
    Field(
        "scope",
        "Words between spaces. openid makes it OpenID Connect, offline_access asks for a refresh "
        "token. Words that the client is not registered for are ignored.",
    ),
    Field("state", "Comes back as it is; ties the answer to the browser (RFC 6749 §10.12)."),
    Field("nonce", "Comes back in the ID token (OIDC Core §3.1.2.1)."),
    Field("code_challenge", "The base64url of the SHA-256 of the code_verifier (RFC 7636 §4.2)."),
    Field("code_challenge_method", "Needed with a code_challenge.", choices=("S256",)),
    Field(
        "response_mode",
        "How the answer travels; with jwt all of it is in a signed JWT, the parameter response.",
        choices=tuple(ResponseMode),
    ),
    Field("dpop_jkt", "The thumbprint of the key that the code will be bound to (RFC 9449 §10)."),
    Field(
        "prompt",
        "Pages that must be shown, as words between spaces; none alone for no page at all.",
        choices=tuple(Prompt),
    ),
    Field("max_age", "How many seconds ago the person may have signed in.", type="integer"),
    Field("login_hint", "Who will sign in: filled into the login page, or the registration page."),
    Field("id_token_hint", "An ID token of the person who has to sign in; it may have expired."),
    Field(
        "acr_values",
        "How the person should be authenticated, the best first; the ID token says how it was.",
    ),
    Field("claims", "JSON: claims that are asked for one by one (OIDC Core §5.5)."),
    *targets.FIELDS,
    Field(
        "request",
        "A request object: these parameters as a JWT that the client has signed (RFC 9101). What "
        "is in it comes before what stands beside it; with typ oauth-authz-req+jwt nothing else "
        "counts, but for client_id.",
    ),
    Field(
        "request_uri",
        "Where such an object is; one of the client's request_uris. Or the name of a request that "
        "the client has pushed: then only client_id is needed, and nothing else counts.",
    ),
)

ANSWERED = Answer(
    "To a page of this server; or to the redirect_uri, with code, state and iss (RFC 6749 §4.1.2, "
    "RFC 9207 §2), or with error, error_description, state and iss; or with these in the JWT that "
    "response is, signed by authorization_signed_response_alg and perhaps encrypted (JARM §2.3).",
    status=303,
    media_type=None,
    headers=(LOCATION,),
)
ANSWERED_BY_FORM = Answer(
    "response_mode=form_post or form_post.jwt: a page whose form brings the same to the "
    "redirect_uri.",
    media_type=MediaType.HTML,
)

OPERATIONS = (
    Operation(
        "authorization",
        "GET",
        paths.AUTHORIZATION,
        AUTHORIZATION,
        "Ask a person for authorization",
        "The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2.1): the client sends a "
        "browser here. The person signs in and allows what is asked, unless they did before; then "
        "the browser is sent back with a code.",
        answers=(ANSWERED_BY_FORM, ANSWERED),
        fields=FIELDS,
        refusals=(
            *SENT_TO_CLIENT,
            *OF_REQUEST_OBJECTS,
            *SHOWN_TO_USER,
            *UNUSABLE,
            *targets.SENT_TO_CLIENT,
            *DOCUMENT_SHOWN,
            *refusals.OF_PAGES,
        ),
    ),
    Operation(
        "authorization_by_post",
        "POST",
        paths.AUTHORIZATION,
        AUTHORIZATION,
        "Ask a person for authorization, by a form",
        "The same for requests that are too long for a URL (OIDC Core §3.1.2.1). It goes on as a "
        "GET, because browsers send no cookies along with a form of another site.",
        answers=(
            Answer(
                "To the same request as a GET.", status=303, media_type=None, headers=(LOCATION,)
            ),
        ),
        fields=FIELDS,
        refusals=(
            *SHOWN_TO_USER,
            *DOCUMENT_SHOWN,
            refusals.PAGE_NO_FORM,
            refusals.PAGE_UNDECODABLE,
            refusals.PAGE_NUL,
            refusals.PAGE_TOO_LONG,
            refusals.PAGE_NO_DATABASE,
        ),
    ),
    Operation(
        "interaction",
        "GET",
        paths.INTERACTION,
        PAGES,
        "Go on with a sign-in",
        "Where each page of a sign-in returns to: what is needed next is decided here.",
        answers=(ANSWERED_BY_FORM, ANSWERED),
        path_fields=(Field("interaction", "The sign-in; it is bound to the browser."),),
        refusals=(
            Refusal(
                "The person pressed the button that says no.",
                "The user did not allow it.",
                ErrorCode.ACCESS_DENIED,
                status=303,
                told=Told.REDIRECT,
            ),
            SPENT,
            *refusals.OF_STEPS,
            *refusals.OF_PAGES,
        ),
    ),
)
