"""The page in a frame, where the operator enabled it (OpenID Connect Session Management §3.3)."""

from idp import paths
from idp.openapi.model import Answer, MediaType, Operation
from idp.openapi.operations.tags import AUTHORIZATION

OPERATIONS = (
    Operation(
        "check_session",
        "GET",
        paths.CHECK_SESSION,
        AUTHORIZATION,
        "Watch a session",
        "A page for a frame (OpenID Connect Session Management 1.0 §3.2). Post it the client_id, a "
        "space and the session_state of the authorization response, as one message; it answers "
        "unchanged, changed or error. Only where the operator enabled it.",
        answers=(Answer("The page.", media_type=MediaType.HTML),),
    ),
)
