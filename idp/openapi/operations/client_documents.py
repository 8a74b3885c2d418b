"""What is wrong with a client_id that is a URL, and who is told (Client ID Metadata Documents)."""

from dataclasses import replace

from idp.authorization.request import NOT_IN_DOCUMENT
from idp.oauth2.client_documents import FULL, NO_URL, OTHER_HOST, TOO_OFTEN
from idp.openapi.model import Refusal, Told
from idp.openapi.operations.refusals import RETRY_AFTER
from idp.vocabulary import ErrorCode

THROTTLED = Refusal(
    "The client_id is a URL that is new here, and too many came from this address.",
    TOO_OFTEN,
    ErrorCode.TEMPORARILY_UNAVAILABLE,
    status=429,
    headers=(RETRY_AFTER,),
)
NO_ROOM = Refusal(
    "The client_id is a URL that is new here, and there are too many such clients.",
    FULL,
    ErrorCode.TEMPORARILY_UNAVAILABLE,
    status=503,
    headers=(RETRY_AFTER,),
)
OF_NEW_CLIENTS = (THROTTLED, NO_ROOM)

DOCUMENT_SHOWN = (
    Refusal("The client_id is a URL, but not such a one.", NO_URL, told=Told.PAGE),
    Refusal("The operator has named the hosts of such URLs.", OTHER_HOST, told=Told.PAGE),
    Refusal(
        "What is at the client_id cannot be had, or cannot be used; the text says why.",
        "the document at client_id cannot be had: the host has an address that is not public",
        told=Told.PAGE,
    ),
    Refusal(
        "The client_id is a URL, and its document has another redirect_uri, or leads elsewhere.",
        NOT_IN_DOCUMENT,
        told=Told.PAGE,
    ),
    *(replace(each, error=None, told=Told.PAGE) for each in OF_NEW_CLIENTS),
)
