"""The token endpoint (RFC 6749 §3.2)."""

from idp import paths
from idp.authorization_server import GRANT_TYPES
from idp.oauth2 import mutual_tls
from idp.openapi.model import Answer, Field, Operation, Refusal
from idp.openapi.operations import exchange, polling, targets
from idp.openapi.operations.client_documents import OF_NEW_CLIENTS
from idp.openapi.operations.client_fields import CLIENT_FIELDS
from idp.openapi.operations.proof_refusals import OF_PROOFS
from idp.openapi.operations.refusals import (
    NO_ENCRYPTION_KEY,
    OF_CLIENTS,
    RETRY_AFTER,
    WITHDRAWN,
)
from idp.openapi.operations.tags import TOKENS
from idp.openapi.security import ANYBODY, CLIENT_SECRET_BASIC
from idp.vocabulary import ErrorCode

FIELDS = (
    Field(
        "grant_type",
        "How tokens are asked for; the client must be registered for it.",
        required=True,
        choices=tuple(str(each.GRANT_TYPE) for each in GRANT_TYPES),
    ),
    Field("code", "authorization_code: the code, which is good once (RFC 6749 §4.1.3)."),
    Field(
        "redirect_uri",
        "authorization_code: the same as in the authorization request, if that had one.",
    ),
    Field("code_verifier", "authorization_code: what the code_challenge is of (RFC 7636 §4.5)."),
    Field("refresh_token", "refresh_token: the latest refresh token of the grant (RFC 6749 §6)."),
    *polling.TOKEN_FIELDS,
    Field("username", "password: the name or the email address of the person."),
    Field("password", "password: what the person typed (RFC 6749 §4.3)."),
    Field(
        "scope",
        "Words between spaces. refresh_token: less than was granted, for this access token; "
        "others: what is asked for, else all that is possible.",
    ),
    *targets.FIELDS,
    *exchange.FIELDS,
)

TOKEN_RESPONSE = Answer(
    "The tokens (RFC 6749 §5.1). id_token is there with the scope openid, refresh_token with "
    "offline_access; a refresh answers with the next refresh_token, and the old one is spent.",
    example={
        "access_token": "eyJhbGciOiJSUzI1NiIs...",
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": "email offline_access openid profile",
        "refresh_token": "idp_rt_8xLOxBtZp8...",
        "id_token": "eyJhbGciOiJSUzI1NiIs...",
    },
)

REFUSALS = (
    Refusal(
        "There is no grant_type.",
        "The parameter grant_type is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "grant_type=authorization_code without a code.",
        "Missing 'code' in request.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The authorization request had a code_challenge.",
        "The parameter code_verifier is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "grant_type=refresh_token without a refresh_token.",
        "The parameter refresh_token is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "grant_type=password without a username.",
        "The parameter username is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "grant_type=password without a password.",
        "The parameter password is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The code was made up, came too late, or was issued to another client.",
        "The code is unknown, expired or not for this client.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The code comes a second time: somebody has a copy (RFC 6749 §4.1.2).",
        "The code was used before; all tokens issued for it are revoked.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The code_verifier is not that of the authorization request (RFC 7636 §4.6).",
        "The code_verifier does not match the code_challenge.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "There is a code_verifier, but there was no code_challenge (RFC 9700 §4.8.2).",
        "The authorization request had no code_challenge.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The redirect_uri is not that of the authorization request.",
        "Invalid 'redirect_uri' in request.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The refresh token was made up, came too late, or was issued to another client.",
        "The refresh_token is unknown, expired, revoked or not for this client.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "A refresh token comes again after its successor was used (RFC 9700 §4.14.2).",
        "The refresh_token was used before; all tokens of its grant are revoked.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The person or the client took back what was granted, or signed out.",
        "The grant was revoked or has expired.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "grant_type=password, and name and password do not go together.",
        "The username or password is wrong.",
        ErrorCode.INVALID_GRANT,
    ),
    Refusal(
        "The scope is not written as RFC 6749 §3.3 has it.",
        "The scope has forbidden characters or is too long.",
        ErrorCode.INVALID_SCOPE,
    ),
    Refusal(
        "client_credentials or password: the scope has a word that is not for the client.",
        "The client is not registered for this scope.",
        ErrorCode.INVALID_SCOPE,
    ),
    Refusal(
        "refresh_token: the scope has a word that was not granted.",
        "The scope is wider than what was granted.",
        ErrorCode.INVALID_SCOPE,
    ),
    Refusal(
        "The client asks in a way that it is not registered for.",
        "The client is not registered for this grant_type.",
        ErrorCode.UNAUTHORIZED_CLIENT,
    ),
    Refusal(
        "A client with tls_client_certificate_bound_access_tokens connects without a certificate.",
        mutual_tls.NEEDED,
        ErrorCode.INVALID_REQUEST,
    ),
    *polling.TOKEN_REFUSALS,
    WITHDRAWN,
    NO_ENCRYPTION_KEY,
    Refusal(
        "The grant_type is not one of those above.",
        "The grant_type is not supported.",
        ErrorCode.UNSUPPORTED_GRANT_TYPE,
    ),
    *OF_PROOFS,
    *targets.OF_TOKENS,
    *OF_CLIENTS,
    *OF_NEW_CLIENTS,
    Refusal(
        "grant_type=password: too many wrong passwords for this person or from this address.",
        "Too many attempts. Wait as Retry-After says.",
        ErrorCode.TEMPORARILY_UNAVAILABLE,
        status=429,
        headers=(RETRY_AFTER,),
    ),
    Refusal(
        "grant_type=password: more people sign in than the server can check at once.",
        "Too busy. Try again.",
        ErrorCode.TEMPORARILY_UNAVAILABLE,
        status=503,
        headers=(RETRY_AFTER,),
    ),
    *exchange.REFUSALS,
)

OPERATIONS = (
    Operation(
        "token",
        "POST",
        paths.TOKEN,
        TOKENS,
        "Get tokens",
        "The token endpoint (RFC 6749 §3.2): exchanges a code, a refresh token, the client's own "
        "credentials, a person's password, another token or an issuer's word for tokens. Access "
        "tokens are JWTs (RFC 9068) unless the client is registered for opaque ones. With a proof "
        "in the header DPoP they are bound to its key (RFC 9449 §5).",
        answers=(TOKEN_RESPONSE,),
        fields=FIELDS + CLIENT_FIELDS,
        refusals=REFUSALS,
        security=(CLIENT_SECRET_BASIC, ANYBODY),
    ),
)
