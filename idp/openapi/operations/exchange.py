"""Tokens for tokens, and for the word of others, at the token endpoint (RFC 8693, RFC 7523)."""

from idp.oauth2 import assertion
from idp.openapi.model import Field, Refusal
from idp.vocabulary import ErrorCode, TokenTypeIdentifier

TOKEN_TYPES = tuple(str(each) for each in TokenTypeIdentifier)
ACCESS_TOKEN = (str(TokenTypeIdentifier.ACCESS_TOKEN),)

FIELDS = (
    Field("assertion", "jwt-bearer: what a trusted issuer says of a person (RFC 7523 §3)."),
    Field("subject_token", "token-exchange: the token that is exchanged (RFC 8693 §2.1)."),
    Field("subject_token_type", "token-exchange: what it is.", choices=TOKEN_TYPES),
    Field("actor_token", "token-exchange: a token of who acts for the subject, if anybody does."),
    Field("actor_token_type", "token-exchange: what that is.", choices=TOKEN_TYPES),
    Field("requested_token_type", "token-exchange: what is wanted.", choices=ACCESS_TOKEN),
    Field(
        "audience",
        "token-exchange: for whom the new token shall be, of those that the operator has named for "
        "the client; may be repeated. Their URIs may be given as resource as well.",
    ),
)


def _missing(name: str, grant_type: str) -> Refusal:
    return Refusal(
        f"grant_type={grant_type} without {name}.",
        f"The parameter {name} is missing.",
        ErrorCode.INVALID_REQUEST,
    )


def _unbelieved(description: str, text: str) -> Refusal:
    return Refusal(description, f"The assertion {text}", ErrorCode.INVALID_GRANT)


OF_ASSERTIONS = (
    _missing("assertion", "jwt-bearer"),
    _unbelieved(
        "The assertion is no JWT, or nobody's, or says that it is something else.",
        assertion.NOT_A_JWT,
    ),
    _unbelieved("Its issuer is not trusted, or not for this client.", assertion.UNKNOWN_ISSUER),
    _unbelieved("Its signature is wrong, or the keys cannot be had.", assertion.NOT_SIGNED),
    _unbelieved("It is for another server, or for others, too.", assertion.NOT_FOR_US),
    _unbelieved("It has expired, or is good for too long.", assertion.NOT_VALID_NOW),
    _unbelieved("It does not say of whom it speaks.", assertion.NO_SUBJECT),
    _unbelieved("Somebody acts for whom it speaks of.", assertion.DELEGATED),
    _unbelieved(
        "There is no such person, or they may not sign in.",
        "must speak of a user of this server, who may sign in.",
    ),
    _unbelieved(
        "The person has not proven enough, as far as the issuer says.",
        "must have mfa in amr: users need a second factor here.",
    ),
    _unbelieved("It comes a second time (RFC 7523 §3).", "was used before."),
)

# RFC 8693 §2.2.2 wants invalid_request for a token that cannot be exchanged. A JWT of another
# issuer is refused with the texts of assertions, and an actor_token with those of a subject_token.
OF_EXCHANGE = (
    _missing("subject_token", "token-exchange"),
    _missing("subject_token_type", "token-exchange"),
    Refusal(
        "There is an actor_token, and nobody says what it is.",
        "The parameter actor_token_type is missing.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "There is no actor_token that it could be the type of.",
        "actor_token_type must be left out without an actor_token.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The type is not one of those above; the text names the parameter.",
        "subject_token_type is not one that is supported.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The client wants something else than an access token.",
        "requested_token_type must be that of an access token, or left out.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The token is no good any more, of another kind, or neither the client's nor for it.",
        "The subject_token is expired, revoked, malformed or not for this client.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The token is the client's and bound to a key (RFC 9449, RFC 8705) that was not proven.",
        "The subject_token is bound to a key or certificate, which was not proven.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The token speaks of a client.",
        "The subject_token must speak of a user: a client gets a token of its own by "
        "client_credentials.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The token came of an exchange, which came of an exchange, and so on.",
        "The subject_token was exchanged too often.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The token says who may act, and that is somebody else (RFC 8693 §4.4).",
        "The subject_token does not let this actor act for its subject.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The actor is somebody for whom somebody acts.",
        "The actor_token must be of somebody who acts for themselves.",
        ErrorCode.INVALID_REQUEST,
    ),
    Refusal(
        "The operator has not named this audience for the client.",
        "The client is not registered for this audience or resource.",
        ErrorCode.INVALID_TARGET,
    ),
    Refusal(
        "Nobody is named for whom the new token would be.",
        "Name an audience or a resource: without one, a client exchanges its own tokens only.",
        ErrorCode.INVALID_TARGET,
    ),
    Refusal(
        "The scope has a word that the token or the client does not have, or that means nothing "
        "there; or none is left.",
        "The scope is wider than that of the subject_token, of the client or of the target.",
        ErrorCode.INVALID_SCOPE,
    ),
)

REFUSALS = OF_ASSERTIONS + OF_EXCHANGE
