"""Request objects: what a signed one says, and whether it holds (RFC 9101 §4, OIDC Core §6).

An object that calls itself `oauth-authz-req+jwt` is held to RFC 9101; one without a type of its
own to OpenID Connect, which lets it be a part of the request, and say less about itself. What a
client of FAPI 2.0 signs is held to Message Signing as well (§5.3.1), whether it must sign or not.
"""

from dataclasses import dataclass
from typing import Any

from idp import clock
from idp.clients.keys import ClientKeysUnavailable, KeySource
from idp.clients.model import Client
from idp.oauth2.errors import SentToClient
from idp.oauth2.numeric_date import is_numeric_date
from idp.signing import foreign
from idp.vocabulary import ErrorCode, SigningAlgorithm

TYP = "oauth-authz-req+jwt"
TYPES = (None, "jwt", TYP)
MAX_LIFETIME = 3600  # seconds, of a FAPI client's
LEEWAY = 10  # seconds that the client's clock may be ahead


@dataclass(frozen=True, slots=True)
class RequestObject:
    """A request object that its client has signed."""

    claims: dict[str, Any]
    is_whole_request: bool


def verify(
    unverified: str,
    client: Client,
    key_source: KeySource,
    *,
    registered: SigningAlgorithm | None,
) -> RequestObject:
    """Give what the client signed, whether it holds or not.

    `registered` is by which algorithm it is registered to sign; without one, any of its algorithms
    will do. May commit and wait, for the client's keys. Raises SentToClient.
    """
    header = _unverified_header(unverified)
    if header["typ"] not in TYPES:
        raise _refused("The typ of the request object must be oauth-authz-req+jwt.")
    algorithms = (registered,) if registered else client.signing_algorithms
    if header["alg"] not in algorithms:
        raise _refused("The request object is not signed by a registered algorithm.")
    try:
        keys = key_source.keys_of(client, kid=header["kid"])
        claims = foreign.claims_of(unverified, keys, algorithms)
    except ClientKeysUnavailable:
        raise _refused("The keys of the client cannot be had: check jwks or jwks_uri.") from None
    except foreign.UNREADABLE:
        raise _refused("The request object is not signed by a key of the client.") from None
    is_by_rfc9101 = header["typ"] == TYP or client.require_signed_request_object
    return RequestObject(claims, is_whole_request=is_by_rfc9101 or client.fapi_profile is not None)


def check(request_object: RequestObject, client: Client, issuer: str) -> None:
    """Refuse what is not meant for us, not now, or not as a request; raise SentToClient."""
    claims = request_object.claims
    sender = None if request_object.is_whole_request else client.client_id
    receiver = None if request_object.is_whole_request else issuer
    if claims.get("iss", sender) != client.client_id:
        raise _refused("The iss of the request object must be the client_id.")
    audience = claims.get("aud", receiver)
    if issuer not in (audience if isinstance(audience, list) else [audience]):
        raise _refused("The aud of the request object must be the issuer.")
    if claims.get("sub") == client.client_id:  # a client assertion (RFC 9101 §10.8)
        raise _refused("The request object must not have the client_id as sub.")
    _check_time(claims)
    if client.is_fapi2:
        _check_lifetime(claims)


def _check_lifetime(claims: dict[str, Any]) -> None:
    """Bound for how long a request object is good (FAPI 2.0 Message Signing §5.3.1)."""
    if "exp" not in claims or "nbf" not in claims:
        raise _refused("The request object of a FAPI client must have exp and nbf.")
    if is_good_for_too_long(claims):
        raise _refused("The request object of a FAPI client must not be good for over an hour.")


def is_good_for_too_long(claims: dict[str, Any]) -> bool:
    """Tell whether it is good for over an hour, or was signed so long ago; it has exp and nbf."""
    ends = claims["exp"], clock.timestamp(clock.now())
    return any(end - claims["nbf"] > MAX_LIFETIME for end in ends)


def _check_time(claims: dict[str, Any]) -> None:
    now = clock.timestamp(clock.now())
    moments = {name: claims[name] for name in ("exp", "nbf", "iat") if name in claims}
    if not all(is_numeric_date(moment) for moment in moments.values()):
        raise _refused("The exp, nbf and iat of the request object must be numbers.")
    if "exp" in moments and now >= moments["exp"] + LEEWAY:
        raise _refused("The request object has expired.")
    if any(moments[name] > now + LEEWAY for name in ("nbf", "iat") if name in moments):
        raise _refused("The request object is from the future.")


def _unverified_header(unverified: str) -> dict[str, str | None]:
    """Read what says how to verify the rest."""
    try:
        header = foreign.extract(unverified).headers()
    except foreign.UNREADABLE:
        raise _refused("The request object is no signed JWT.") from None
    read = {name: header.get(name) for name in ("alg", "typ", "kid")}
    if not all(value is None or isinstance(value, str) for value in read.values()):
        raise _refused("The request object is no signed JWT.")
    typ = read["typ"]
    return read | {"typ": typ and typ.lower().removeprefix("application/")}


def _refused(description: str) -> SentToClient:
    return SentToClient(ErrorCode.INVALID_REQUEST_OBJECT, description)
