"""UserInfo answers that are signed (OIDC Core §5.3.2)."""

from collections.abc import Mapping
from typing import Any

from idp.clients.model import Client
from idp.config import Config
from idp.signing.signer import Signer

TYP = "JWT"


def sign(
    config: Config, signer: Signer, client: Client, claims: Mapping[str, Any], *, algorithm: str
) -> str:
    """Sign what a client is told of a user; raise NoActiveKey if the algorithm is not on offer.

    It has no exp and so is never taken for an ID token.
    """
    about_itself = {"iss": config.issuer, "aud": client.client_id}
    return signer.sign({**claims, **about_itself}, typ=TYP, algorithm=algorithm)
