"""How a client says who it is in a form (RFC 6749 §2.3.1, RFC 7523 §2.2, RFC 8705 §2)."""

from idp.openapi.model import Field
from idp.vocabulary import CLIENT_ASSERTION_TYPE

CLIENT_ID = Field(
    "client_id",
    "The client; with HTTP Basic or an assertion it may be left out, who comes with a certificate "
    "(RFC 8705 §2) or is public needs it.",
)
CLIENT_FIELDS = (
    CLIENT_ID,
    Field("client_secret", "The secret of a client that is registered for client_secret_post."),
    Field(
        "client_assertion",
        "A JWT that the client signed, if it is registered for private_key_jwt (OIDC Core §9).",
    ),
    Field("client_assertion_type", "What client_assertion is.", choices=(CLIENT_ASSERTION_TYPE,)),
)
