"""What is wrong with a request object, as its client is told (RFC 9101 §7)."""

from idp.openapi.operations.authorization_refusals import sent
from idp.vocabulary import ErrorCode

BY_VALUE = (
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "It has five parts, and its kid, alg or enc is none of those in the metadata and the list "
        "of keys; or it is broken, compressed (zip) or has a crit.",
        "The request object is not encrypted to a key of this server.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "It has not three parts, or what is encrypted has not.",
        "The request object is no signed JWT.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "It is a JWT of another kind.",
        "The typ of the request object must be oauth-authz-req+jwt.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "It is unsigned, or the client is registered for another algorithm.",
        "The request object is not signed by a registered algorithm.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "The client has no keys, or its jwks_uri does not answer.",
        "The keys of the client cannot be had: check jwks or jwks_uri.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "The signature is not that of a key of the client.",
        "The request object is not signed by a key of the client.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "Its iss is another, or missing though its typ is oauth-authz-req+jwt.",
        "The iss of the request object must be the client_id.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "Its aud is another, or missing though its typ is oauth-authz-req+jwt.",
        "The aud of the request object must be the issuer.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "It could be a client assertion (RFC 9101 §10.8).",
        "The request object must not have the client_id as sub.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "One of its times is no number.",
        "The exp, nbf and iat of the request object must be numbers.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "Its exp is past.",
        "The request object has expired.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "Its nbf or iat is yet to come.",
        "The request object is from the future.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "There is another object in it (RFC 9101 §4).",
        "The request object must not have a request or request_uri.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "It has more than 100 members.",
        "The request object has too many members.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_OBJECT,
        "A member has a NUL, or half of a surrogate pair.",
        "A member of the request object has a forbidden character.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The object has another client_id or response_type than the request.",
        "client_id and response_type must be those of the request object.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "The client is registered with require_signed_request_object.",
        "The client must send a signed request object.",
    ),
)

_BY_REFERENCE = (
    sent(
        ErrorCode.INVALID_REQUEST_URI,
        "The request_uri is not one of the client's request_uris.",
        "The request_uri is not registered for this client.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST_URI,
        "Nothing is there, or its SHA-256 is not that of the fragment.",
        "The request_uri has no document, or not that of its fragment.",
    ),
    sent(
        ErrorCode.INVALID_REQUEST,
        "There are two request objects (RFC 9101 §5).",
        "Send request or request_uri, not both.",
    ),
)

OF_REQUEST_OBJECTS = (*BY_VALUE, *_BY_REFERENCE)
