"""What is wrong with an authorization request, and who is told (RFC 6749 §4.1.2.1)."""

from idp.openapi.model import Refusal, Told
from idp.openapi.operations.refusals import NO_ENCRYPTION_KEY, WITHDRAWN
from idp.vocabulary import ErrorCode


def sent(error: ErrorCode, when: str, text: str) -> Refusal:
    """Describe what the client is told at its redirect_uri."""
    return Refusal(when, text, error, status=303, told=Told.REDIRECT)


def _shown(when: str, technical: str) -> Refusal:
    return Refusal(when, technical, told=Told.PAGE)


# The client is not trusted yet: a redirect could lead anywhere (RFC 9700 §4.11).
SHOWN_TO_USER = (
    _shown("Two clients or two addresses.", "client_id or redirect_uri is repeated"),
    _shown("There is no client_id.", "client_id is missing"),
    _shown("The client is unknown or disabled.", "client_id is not registered here"),
    _shown(
        "The redirect_uri is another than those registered.",
        "redirect_uri is not registered for this client",
    ),
    _shown("The client has several, and the request names none.", "redirect_uri is missing"),
    _shown(
        "The client has one, and the scope has openid (OIDC Core §3.1.2.1).",
        "redirect_uri is missing; OpenID Connect requires it",
    ),
)

# What the request itself says: who pushes it is told at once (RFC 9126 §2.3).
OF_CHECKS = (
    sent(
        ErrorCode.INVALID_REQUEST,
        "A parameter is sent twice (RFC 6749 §3.1).",
        "A parameter is repeated.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "A parameter has more than 2000 characters.",
        "A parameter is too long.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "There is no response_type.",
        "The parameter response_type is missing.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The response_mode is not one of those above.",
        "The response_mode is not supported.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "A response_type with tokens, and response_mode=query.",
        "Tokens do not go into a query: leave out response_mode=query.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The same with query.jwt, of a client without authorization_encrypted_response_alg.",
        "Tokens go into a query only if they are encrypted: use response_mode=jwt.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "A response_type with id_token, and a scope without openid.",
        "An ID token needs the scope openid.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "A response_type with id_token, and no nonce (OIDC Core §3.2.2.1).",
        "The parameter nonce is missing, which an ID token needs.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "A code_challenge_method without a code_challenge.",
        "The parameter code_challenge is missing.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "A public client, or one that has to, sends no code_challenge (RFC 9700 §2.1.1).",
        "PKCE is required: send code_challenge, method S256.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The code_challenge_method is missing, or another (RFC 7636 §4.3).",
        "Send code_challenge_method=S256; plain is not accepted.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The code_challenge does not look like one.",
        "The code_challenge is not the base64url of a SHA-256.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The dpop_jkt does not look like a thumbprint (RFC 9449 §10).",
        "The dpop_jkt is not the base64url of a SHA-256.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "There is a dpop_jkt, or a DPoP proof, and a token is to come by way of the browser.",
        "A token of response_type is bound to no key: leave it out, or dpop_jkt.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The prompt has a word that is not one of those above.",
        "The prompt has an unknown value.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "prompt=none with another word.",
        "prompt=none must stand alone.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "prompt=create, where people cannot make accounts.",
        "prompt=create is not supported: accounts are made by administrators.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The max_age is not a whole number.",
        "The max_age must be a number of seconds.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The id_token_hint is broken, or was issued to another client.",
        "The id_token_hint is no ID token of this issuer for this client.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The claims parameter cannot be read.",
        "The claims must be a JSON object as OIDC Core 5.5 has it.",
    ),
    sent(
        ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS,
        "The claims have an essential acr that this server cannot reach (OIDC Core §5.5.1.1).",
        "No value of the essential acr can be met: see acr_values_supported.",
    ),
    sent(
        ErrorCode.UNSUPPORTED_RESPONSE_TYPE,
        "The response_type is not code.",
        "The response_type is not supported: see response_types_supported.",
    ),
    sent(
        ErrorCode.UNAUTHORIZED_CLIENT,
        "The client is registered, but not for codes.",
        "The client is not registered for this response_type.",
    ),
    sent(
        ErrorCode.INVALID_SCOPE,
        "The scope is not written as RFC 6749 §3.3 has it.",
        "The scope has forbidden characters or is too long.",
    ),
    sent(
        ErrorCode.INVALID_SCOPE,
        "No word of the scope is for this client.",
        "The client is not registered for any scope of this request.",
    ),
    sent(
        ErrorCode.REGISTRATION_NOT_SUPPORTED,
        "There is metadata of a client (OIDC Core §7.2.1).",
        "The parameter registration is not supported.",
    ),
)

# What shows only once a browser brings the request.
_OF_BROWSERS = (
    sent(
        ErrorCode.INVALID_REQUEST,
        "The client is registered with require_pushed_authorization_requests, or all have to push.",
        "Push the request first: see pushed_authorization_request_endpoint.",
    ),
    sent(ErrorCode.UNAUTHORIZED_CLIENT, f"Tokens are asked for. {WITHDRAWN.when}", WITHDRAWN.text),
    sent(ErrorCode.UNAUTHORIZED_CLIENT, NO_ENCRYPTION_KEY.when, NO_ENCRYPTION_KEY.text),
    sent(
        ErrorCode.LOGIN_REQUIRED,
        "prompt=none, and nobody is signed in (OIDC Core §3.1.2.6).",
        "The user is not signed in.",
    ),
    sent(
        ErrorCode.LOGIN_REQUIRED,
        "prompt=none, and the person signed in longer ago than max_age.",
        "The user signed in longer ago than max_age.",
    ),
    sent(
        ErrorCode.LOGIN_REQUIRED,
        "prompt=none, and the id_token_hint is another person's.",
        "The user of the id_token_hint is not the one who is signed in.",
    ),
    sent(
        ErrorCode.ACCOUNT_SELECTION_REQUIRED,
        "prompt=none, and several people are signed in, none of whom is active.",
        "The user must choose an account.",
    ),
    sent(
        ErrorCode.LOGIN_REQUIRED,
        "prompt=none, and the claims have the sub of another person (OIDC Core §5.5.1).",
        "The sub of the claims is not the user who is signed in.",
    ),
    sent(
        ErrorCode.CONSENT_REQUIRED,
        "prompt=none, and the person has not allowed all of it before.",
        "The user must allow it.",
    ),
)

SENT_TO_CLIENT = (*OF_CHECKS, *_OF_BROWSERS)
