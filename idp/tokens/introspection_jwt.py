"""Introspection answers that are signed, and perhaps encrypted (RFC 9701 §5)."""

from collections.abc import Mapping
from typing import Any

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.encryption import Encryption, NotEncrypted
from idp.signing.signer import Signer
from idp.vocabulary import SigningAlgorithm

TYP = "token-introspection+jwt"
MEDIA_TYPE = "application/token-introspection+jwt"
DEFAULT_ALGORITHM = SigningAlgorithm.RS256  # RFC 9701 §6


def is_registered(client: Client) -> bool:
    """Tell whether a client is registered for such answers, and needs not ask for them."""
    registered = (
        client.introspection_signed_response_alg,
        client.introspection_encrypted_response_alg,
    )
    return any(algorithm is not None for algorithm in registered)


def write_jwt(
    config: Config,
    signer: Signer,
    client: Client,
    described: Mapping[str, Any],
    *,
    encryption: Encryption | None,
) -> str:
    """Write what a client is told of a token as a JWT, in a member of its own.

    The JWT has no sub and no exp, so that it is taken for no token itself (RFC 9701 §8.1). Raises
    NoActiveKey if the algorithm is not on offer, and NotEncrypted rather than answer in plain.
    """
    if encryption is None and client.introspection_encrypted_response_alg is not None:
        raise NotEncrypted
    claims = {
        "iss": config.issuer,
        "aud": client.client_id,
        "iat": clock.timestamp(clock.now()),
        "token_introspection": described,
    }
    signed = signer.sign(claims, typ=TYP, algorithm=_algorithm_for(client))
    return encryption.encrypt(signed) if encryption else signed


def _algorithm_for(client: Client) -> SigningAlgorithm:
    """Take what is registered, or RS256, by which nothing is signed in the profiles of FAPI."""
    default = client.id_token_signed_response_alg if client.fapi_profile else DEFAULT_ALGORITHM
    return client.introspection_signed_response_alg or default
