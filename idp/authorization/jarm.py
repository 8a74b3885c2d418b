"""Authorization responses in a JWT that is signed, and perhaps encrypted (JARM §2).

A key to encrypt to may have to be fetched, so it is found before anything is granted. What has
become impossible since a client was registered is told to it in a way that it can read: an error
without its key is signed alone, and one without an algorithm to sign by comes as it is.
"""

from dataclasses import replace

from authlib.oauth2 import OAuth2Error

from idp import clock
from idp.authorization.request import AddressedRequest, AuthorizationRequest
from idp.authorization.response import AuthorizationResponse
from idp.clients.keys import KeySource
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.encryption import Encryption, NotEncrypted, find_authorization_encryption
from idp.oauth2.errors import SentToClient
from idp.signing.signer import Signer
from idp.tokens.mint import AlgorithmWithdrawn
from idp.vocabulary import ErrorCode

# JARM names no type, and clients refuse those that they do not know. It is none of our other JWTs:
# it has no `sub`, which every ID token has.
TYP = "JWT"
LIFETIME = 300  # seconds; JARM §2.1 has ten minutes as the most

NUMBERS = frozenset({"expires_in"})  # parameters that are numbers in JSON (JARM §2.1)


def find_encryption(
    config: Config, key_source: KeySource, request: AuthorizationRequest
) -> Encryption | None:
    """Find how the answer is encrypted; None if it is not.

    May commit and wait, as wait_for does. Raises SentToClient if it could not be signed, or if the
    client has no key.
    """
    if not request.response_mode.is_jwt:
        return None
    if not _can_sign(config, request.client):
        raise SentToClient(ErrorCode.UNAUTHORIZED_CLIENT, AlgorithmWithdrawn.description)
    try:
        return find_authorization_encryption(key_source, request.client)
    except OAuth2Error as refusal:
        raise SentToClient(ErrorCode(refusal.error), refusal.description) from refusal


def find_encryption_of_error(key_source: KeySource, request: AddressedRequest) -> Encryption | None:
    """Find how an error is encrypted, as far as it can be; may commit and wait, too."""
    if not request.response_mode.is_jwt:
        return None
    try:
        return find_authorization_encryption(key_source, request.client)
    except OAuth2Error:
        return None


def secure(config: Config, signer: Signer, answer: AuthorizationResponse) -> AuthorizationResponse:
    """Put the parameters of an answer into a JWT, if its mode is one with a JWT.

    Raises NoActiveKey or NotEncrypted rather than send a code or a token in any other way.
    """
    if not answer.response_mode.is_jwt:
        return answer
    carried = replace(answer, response_mode=answer.response_mode.carrier)
    if answer.is_error and not _can_sign(config, answer.client):
        return carried
    response = _encrypt(answer, _sign(signer, answer))
    return replace(carried, parameters=(("response", response),))


def _can_sign(config: Config, client: Client) -> bool:
    return client.authorization_signed_response_alg in config.keys.algorithms


def _sign(signer: Signer, answer: AuthorizationResponse) -> str:
    """Sign the parameters; the `iss` among them is that of the JWT, too (RFC 9207 §2.4)."""
    client, now = answer.client, clock.timestamp(clock.now())
    claims = {
        name: int(value) if name in NUMBERS else value for name, value in answer.parameters
    } | {"aud": client.client_id, "exp": now + LIFETIME}
    return signer.sign(claims, typ=TYP, algorithm=client.authorization_signed_response_alg)


def _encrypt(answer: AuthorizationResponse, signed: str) -> str:
    if answer.encryption is not None:
        return answer.encryption.encrypt(signed)
    if answer.client.authorization_encrypted_response_alg is not None and not answer.is_error:
        raise NotEncrypted
    return signed
