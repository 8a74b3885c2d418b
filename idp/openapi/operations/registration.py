"""The client registration and configuration endpoints (RFC 7591 §3, RFC 7592 §2)."""

from dataclasses import replace

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal
from idp.openapi.operations.refusals import (
    CHALLENGE,
    NO_DATABASE,
    NUL,
    RETRY_AFTER,
    TOO_LONG,
    UNDECODABLE,
)
from idp.openapi.operations.tags import CLIENTS
from idp.openapi.security import ANYBODY, BEARER
from idp.vocabulary import ApplicationType, ErrorCode, TokenEndpointAuthMethod

CLIENT_ID = Field("client_id", "The client.", required=True)

FIELDS = (
    Field(
        "redirect_uris",
        "Where people return to; needed for authorization_code. https, or http on this computer; "
        "for a native client a scheme such as com.example.app too.",
        type="array",
    ),
    Field("client_name", "What people read. Members for people may have a language: #de."),
    Field("application_type", "Where the client runs.", choices=tuple(ApplicationType)),
    Field(
        "grant_types",
        "How it gets tokens, as far as the operator allows; authorization_code if left out.",
        type="array",
    ),
    Field("response_types", "How it is answered; code if left out.", type="array"),
    Field("scope", "Words between spaces; the standard ones if left out."),
    Field(
        "resources",
        "The APIs that its tokens may be for, by their URIs; all if left out (RFC 8707).",
        type="array",
    ),
    Field(
        "authorization_details_types",
        "What it may ask for in detail, as far as the operator allows (RFC 9396 §10).",
        type="array",
    ),
    Field(
        "token_endpoint_auth_method",
        "How it authenticates; client_secret_basic if left out.",
        choices=tuple(TokenEndpointAuthMethod),
    ),
    Field("dpop_bound_access_tokens", "Whether it always sends a DPoP proof.", type="boolean"),
    Field(
        "require_pushed_authorization_requests",
        "Whether it always pushes its requests (RFC 9126 §6): others of it are refused then.",
        type="boolean",
    ),
    Field("jwks", "Its public keys, by value.", type="object"),
    Field("jwks_uri", "Its public keys, by reference."),
    Field(
        "software_statement",
        "A JWT with members that an issuer vouches for (RFC 7591 §2.3); they win over the others.",
    ),
)

INFORMATION = {
    "client_id": "client_yT8xNQ0Jt1m4v2hC6sKfXg",
    "client_id_issued_at": 1795560000,
    "client_secret": "idp_cs_8xLOxBtZp8...",
    "client_secret_expires_at": 0,
    "client_name": "Notes",
    "application_type": "web",
    "redirect_uris": ["https://notes.example.com/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": "openid profile email address phone offline_access",
    "token_endpoint_auth_method": "client_secret_basic",
    "registration_client_uri": "https://id.example.com/clients/client_yT8xNQ0Jt1m4v2hC6sKfXg",
    "registration_access_token": "idp_rat_q1bN...",
}
WITHOUT_SECRET = {
    name: value for name, value in INFORMATION.items() if not name.startswith("client_secret")
}

NO_TOKEN = Refusal(
    "A token is needed, and there is none.",
    "Send an access token, in the header Authorization: Bearer.",
    ErrorCode.INVALID_TOKEN,
    status=401,
    headers=(CHALLENGE,),
)
WRONG_TOKEN = Refusal(
    "The token is good no more, or never was; or there is no such client.",
    "The access token is expired, revoked, malformed or not from here.",
    ErrorCode.INVALID_TOKEN,
    status=401,
    headers=(CHALLENGE,),
)

OF_JSON = (
    Refusal(
        "The body is not declared as JSON.",
        "Send the metadata as application/json.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The body is broken, or has a name twice.",
        "The body must be JSON in UTF-8, with each name once.",
        ErrorCode.INVALID_REQUEST,
    ),
    TOO_LONG,
)

# One for each error code and each rule that holds for these clients alone; the texts of the rules
# for members name the member in the same way.
OF_METADATA = (
    Refusal(
        "A redirect URI is missing, or none to which this kind of client may be sent.",
        "redirect_uris must not be empty if grant_types has authorization_code.",
        ErrorCode.INVALID_REDIRECT_URI,
    ),
    Refusal(
        "The body is JSON, but not an object.",
        "The metadata must be a JSON object.",
        ErrorCode.INVALID_CLIENT_METADATA,
    ),
    Refusal(
        "A member has a value that it cannot have here; the text names it.",
        "client_name must be one line of printable text.",
        ErrorCode.INVALID_CLIENT_METADATA,
    ),
    Refusal(
        "The client asks to be trusted as those of the operator can be.",
        "first_party is for the operator to set; leave it out.",
        ErrorCode.INVALID_CLIENT_METADATA,
    ),
    Refusal(
        "The scope has a word of the operator's that is not for such clients.",
        "scope must have only standard words and those that the operator allows such clients.",
        ErrorCode.INVALID_CLIENT_METADATA,
    ),
    Refusal(
        "The client wants to ask for something in detail that is not for such clients.",
        "authorization_details_types must be among those that the operator allows such clients.",
        ErrorCode.INVALID_CLIENT_METADATA,
    ),
    Refusal(
        "The subjects are pairwise, and it cannot be seen of which sector the client is.",
        "sector_identifier_uri must be there if subject_type is pairwise, unless all redirect_uris "
        "are https and have one host.",
        ErrorCode.INVALID_CLIENT_METADATA,
    ),
    Refusal(
        "The document of the sector cannot be had, or does not list the client.",
        "sector_identifier_uri must lead to a JSON array that has all redirect_uris.",
        ErrorCode.INVALID_CLIENT_METADATA,
    ),
    Refusal(
        "The software statement is no JWT, or has no iss.",
        "software_statement must be a signed JWT with the issuer in iss.",
        ErrorCode.INVALID_SOFTWARE_STATEMENT,
    ),
    Refusal(
        "The software statement comes from somebody else.",
        "software_statement must come from an issuer that this server believes.",
        ErrorCode.UNAPPROVED_SOFTWARE_STATEMENT,
    ),
)

FULL = Refusal(
    "There are as many such clients as the operator allows.",
    "No more clients can register themselves here; tell the operator.",
    ErrorCode.TEMPORARILY_UNAVAILABLE,
    status=503,
    headers=(RETRY_AFTER,),
)

REGISTRATION = Operation(
    "registration",
    "POST",
    paths.REGISTRATION,
    CLIENTS,
    "Register a client",
    "Dynamic registration (RFC 7591 §3.1), of a client by itself. Needs an initial access token of "
    "the operator if client_registration.mode is token. Unknown members are ignored.",
    takes=MediaType.JSON,
    answers=(
        Answer(
            "All that is registered, the secret, and how to manage the client (RFC 7591 §3.2.1).",
            status=201,
            example=INFORMATION,
        ),
    ),
    fields=FIELDS,
    refusals=(
        *OF_JSON,
        UNDECODABLE,
        NUL,
        NO_TOKEN,
        WRONG_TOKEN,
        *OF_METADATA,
        Refusal(
            "Too many have registered from this address without a token.",
            "Too many registrations. Wait as Retry-After says.",
            ErrorCode.TEMPORARILY_UNAVAILABLE,
            status=429,
            headers=(RETRY_AFTER,),
        ),
        FULL,
        NO_DATABASE,
    ),
    security=(BEARER, ANYBODY),
)

READING = Operation(
    "read_client",
    "GET",
    paths.CLIENT_CONFIGURATION,
    CLIENTS,
    "Read what a client registered",
    "The client configuration endpoint (RFC 7592 §2.1), with the registration access token of the "
    "client.",
    answers=(Answer("All that is registered (RFC 7592 §3).", example=WITHOUT_SECRET),),
    path_fields=(CLIENT_ID,),
    refusals=(UNDECODABLE, NUL, NO_TOKEN, WRONG_TOKEN, NO_DATABASE),
    security=(BEARER,),
)

UPDATE = replace(
    READING,
    operation_id="update_client",
    method="PUT",
    summary="Replace what a client registered",
    description="RFC 7592 §2.2. What is left out gets its default, or goes. The client keeps its "
    "secret; one that needs a secret for the first time is given it.",
    takes=MediaType.JSON,
    fields=(
        Field("client_id", "The client once more.", required=True),
        Field("client_secret", "Its secret, which stays the same; may be left out."),
        *FIELDS,
    ),
    refusals=(
        *OF_JSON,
        UNDECODABLE,
        NUL,
        NO_TOKEN,
        WRONG_TOKEN,
        Refusal(
            "The client_id in the body is missing, or another's.",
            "client_id must be there, as it was given to the client.",
            ErrorCode.INVALID_CLIENT_METADATA,
        ),
        Refusal(
            "The client wishes for a secret of its own.",
            "client_secret must be the one that is good, or left out.",
            ErrorCode.INVALID_CLIENT_METADATA,
        ),
        Refusal(
            "The body has what only the server says, such as registration_client_uri.",
            "registration_access_token must be left out of an update.",
            ErrorCode.INVALID_CLIENT_METADATA,
        ),
        *OF_METADATA,
        NO_DATABASE,
    ),
)

REMOVAL = replace(
    READING,
    operation_id="remove_client",
    method="DELETE",
    summary="Remove a client",
    description="RFC 7592 §2.3. All that people have allowed it, and all its tokens, go with it.",
    answers=(Answer("The client is gone.", status=204, media_type=None),),
)

OPERATIONS = (REGISTRATION, READING, UPDATE, REMOVAL)
