"""UserInfo answers that are signed, encrypted or both (OIDC Core §5.3.2, §10.2)."""

from collections.abc import Mapping
from typing import Any

from idp.clients.model import Client
from idp.config import Config
from idp.oauth2.encryption import Encryption, NotEncrypted
from idp.signing.signer import Signer

TYP = "JWT"


def is_jwt(client: Client) -> bool:
    """Tell whether a client is registered for answers that are no plain JSON."""
    registered = (client.userinfo_signed_response_alg, client.userinfo_encrypted_response_alg)
    return any(algorithm is not None for algorithm in registered)


def write_jwt(
    config: Config,
    signer: Signer,
    client: Client,
    claims: Mapping[str, Any],
    *,
    encryption: Encryption | None,
) -> str:
    """Write what a client is told of a user as a JWT, signed first if both is wanted.

    It has no exp and so is never taken for an ID token. Raises NoActiveKey if the algorithm is not
    on offer, and NotEncrypted rather than answer in plain.
    """
    if encryption is None and client.userinfo_encrypted_response_alg is not None:
        raise NotEncrypted
    claims = {**claims, "iss": config.issuer, "aud": client.client_id}
    algorithm = client.userinfo_signed_response_alg
    if algorithm is None:
        assert encryption is not None  # or else it is no JWT
        return encryption.encrypt_claims(claims)
    signed = signer.sign(claims, typ=TYP, algorithm=algorithm)
    return encryption.encrypt(signed) if encryption else signed
