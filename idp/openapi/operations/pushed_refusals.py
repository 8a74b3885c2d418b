"""Why the name of a pushed request leads nowhere, as a person is told (RFC 9126 §4)."""

from idp.openapi.model import Refusal, Told

UNUSABLE = (
    Refusal(
        "Two clients or two pushed requests.",
        "client_id or request_uri is repeated",
        told=Told.PAGE,
    ),
    Refusal(
        "The pushed request is too old or was answered; or it never was.",
        "this request_uri is unknown, has expired or was used before",
        told=Told.PAGE,
    ),
    Refusal(
        "The pushed request is not that of the client_id beside it.",
        "this request_uri is another client's",
        told=Told.PAGE,
    ),
)

SPENT = Refusal(
    "The sign-in came by a pushed request, and another browser with the same was answered first.",
    "this request_uri was used before",
    told=Told.PAGE,
)
