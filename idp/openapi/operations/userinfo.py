"""The UserInfo endpoint (OIDC Core §5.3)."""

from dataclasses import replace

from idp import paths
from idp.openapi.model import Answer, Field, MediaType, Operation, Refusal
from idp.openapi.operations.proof_refusals import OF_BOUND_TOKENS
from idp.openapi.operations.refusals import (
    CHALLENGE,
    NO_DATABASE,
    NO_ENCRYPTION_KEY,
    NUL,
    OF_BEARERS,
    OF_FORMS,
    REPEATED,
    TWO_TOKENS,
    UNDECODABLE,
    WITHDRAWN,
)
from idp.openapi.operations.tags import USERINFO
from idp.openapi.security import ANYBODY, BEARER, DPOP
from idp.vocabulary import ErrorCode

REFUSALS = (
    *OF_BEARERS,
    *OF_BOUND_TOKENS,
    Refusal(
        "The token was issued without the scope openid.",
        "The access token needs the scope openid.",
        ErrorCode.INSUFFICIENT_SCOPE,
        status=403,
        headers=(CHALLENGE,),
    ),
    NO_ENCRYPTION_KEY,
    REPEATED,
    WITHDRAWN,
)

BY_GET = Operation(
    "userinfo",
    "GET",
    paths.USERINFO,
    USERINFO,
    "Read the claims about the person",
    "The UserInfo endpoint (OIDC Core §5.3): what the scope of the access token covers. profile "
    "gives name, preferred_username, updated_at and what else is known of the person (§5.4); email "
    "gives email and email_verified, phone the same of a phone number, address an object.",
    answers=(
        Answer(
            "The claims (OIDC Core §5.3.2); sub is always there, one without a value is not. With "
            "userinfo_signed_response_alg they are in a signed JWT, with iss and aud; with "
            "userinfo_encrypted_response_alg in an encrypted one, which may hold a signed one.",
            or_as=MediaType.JWT,
            example={
                "sub": "hPpdxW_4Wc8K0hJcnBGL5A",
                "name": "Alice Example",
                "preferred_username": "alice",
                "updated_at": 1795560000,
                "email": "alice@example.com",
                "email_verified": True,
            },
        ),
    ),
    refusals=(*REFUSALS, UNDECODABLE, NUL, NO_DATABASE),
    security=(BEARER, DPOP),
)

BY_POST = replace(
    BY_GET,
    operation_id="userinfo_by_post",
    method="POST",
    summary="Read the claims about the person, by a form",
    description="The same, with the access token in the form (RFC 6750 §2.2) or in the header.",
    fields=(Field("access_token", "The access token, unless it is in the header."),),
    refusals=(
        *REFUSALS,
        TWO_TOKENS,
        *OF_FORMS,
    ),
    security=(BEARER, DPOP, ANYBODY),
)

OPERATIONS = (BY_GET, BY_POST)
