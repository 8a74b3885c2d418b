"""Signed authentication requests: what a client asks of people elsewhere, as a JWT (CIBA §7.1.1).

It has the form of a request object, but all that a client asks is in it, it says from when until
when it is good, and it is good once. FAPI-CIBA §5.2.2 bounds for how long; so a jti need not be
remembered for longer.
"""

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp import clock
from idp.authorization import polled
from idp.authorization.request_object import BY_VALUE, parameters_in
from idp.clients.keys import KeySource
from idp.clients.model import Client
from idp.oauth2 import request_object
from idp.oauth2.errors import SentToClient
from idp.oauth2.parameters import Parameters
from idp.oauth2.request_object import LEEWAY, MAX_LIFETIME, RequestObject
from idp.storage.database import commit
from idp.storage.used_jtis import spend_jti

HINTS = ("login_hint", "id_token_hint", "login_hint_token")
# What stands in the JWT if anything does; how the client authenticates stands beside it.
ASKED = frozenset(
    {
        *polled.KEPT,
        *HINTS,
        "binding_message",
        "client_notification_token",
        "requested_expiry",
        "user_code",
    }
)
REQUIRED = ("exp", "nbf", "iat", "jti")


def open_request(
    parameters: Parameters, client: Client, key_source: KeySource, issuer: str
) -> Parameters:
    """Give what a client asks, out of its JWT if it signs; such a JWT is spent then.

    May commit and wait, but only for a JWT. Raises InvalidRequestError.
    """
    unverified = parameters.get(BY_VALUE)
    algorithm = client.backchannel_authentication_request_signing_alg
    if unverified is None:
        if algorithm is not None:
            raise InvalidRequestError("The client is registered to sign: send request.")
        return parameters
    if algorithm is None:
        raise InvalidRequestError("The client is not registered to sign: send parameters.")
    if any(name in ASKED for name, _ in parameters.pairs):
        raise InvalidRequestError("Beside request, send only what authenticates the client.")
    try:
        signed = request_object.verify(unverified, client, key_source, registered=algorithm)
        opened = RequestObject(signed.claims, is_whole_request=True)  # whatever its typ
        request_object.check(opened, client, issuer)
        asked = parameters_in(opened)
    except SentToClient as refusal:
        raise InvalidRequestError(refusal.description) from None
    _spend(opened, client)
    return asked


def _spend(opened: RequestObject, client: Client) -> None:
    jti = _checked_jti(opened)
    remembered_until = clock.in_seconds(MAX_LIFETIME + 2 * LEEWAY)
    if not spend_jti(f"request {client.client_id}", jti, remembered_until):
        raise InvalidRequestError("The jti of the request was used before.")
    commit()  # spent, even if the request is then refused


def _checked_jti(opened: RequestObject) -> str:
    claims = opened.claims
    jti = claims.get("jti")
    if any(name not in claims for name in REQUIRED) or not isinstance(jti, str) or not jti:
        raise InvalidRequestError("The request must have exp, nbf, iat and jti.")
    if request_object.is_good_for_too_long(claims):
        raise InvalidRequestError("The request must not be good for over an hour.")
    return jti
