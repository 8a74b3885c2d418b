"""Access tokens at our own resources (RFC 6750, RFC 8705 §3, RFC 9449 §7): sent in one place."""

from dataclasses import dataclass, field

from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import dpop
from idp.oauth2.confirmation import Confirmation, all_of, token_type_of
from idp.oauth2.errors import (
    InvalidDPoPProofError,
    InvalidTokenError,
    MissingTokenError,
    ProofRefused,
    TokenForOthers,
    TokenInTwoPlaces,
)
from idp.oauth2.mutual_tls import certificate_of
from idp.oauth2.request import ProtocolRequest
from idp.oauth2.resource import own_resources
from idp.signing.signer import Signer
from idp.tokens import access_token
from idp.tokens.access_token import AccessToken
from idp.tokens.grant import Parties
from idp.vocabulary import TokenType


@dataclass(frozen=True, slots=True)
class Presented:
    """A token, and how it was sent."""

    token_type: TokenType
    value: str = field(repr=False)


def require_token(
    config: Config, signer: Signer, request: ProtocolRequest
) -> tuple[AccessToken, Parties]:
    """Give the access token of a request, and who stands behind it.

    Raises invalid_request if it is sent in two places (RFC 6750 §2), invalid_token if there is
    none that is good and in the right hands, invalid_dpop_proof or use_dpop_nonce.
    """
    presented = _presented(request)
    if presented is None:
        raise MissingTokenError(TokenType.BEARER)
    token = access_token.read(config, signer, presented.value)
    parties = access_token.parties_of(token) if token else None
    if token is None or parties is None:
        raise InvalidTokenError(presented.token_type)
    needed, client = token.confirmation, parties.client
    if not _is_in_right_hands(config, request, presented, needed, client):
        raise InvalidTokenError(presented.token_type)
    if token.audience.isdisjoint(own_resources(config)):
        raise TokenForOthers(presented.token_type)
    return token, parties


def presented_token(request: ProtocolRequest) -> str | None:
    """Find the token of a request where none but bearer tokens are taken."""
    presented = _presented(request)
    is_bearer = presented is not None and presented.token_type is TokenType.BEARER
    return presented.value if presented and is_bearer else None


def _presented(request: ProtocolRequest) -> Presented | None:
    """Find the token in the header (RFC 6750 §2.1) or in the body (§2.2), never in the URL."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token_type = TOKEN_TYPES.get(scheme.lower())
    in_header = credentials.strip() if token_type else None
    in_body = request.form.get("access_token") if request.method == "POST" else None
    if in_header and in_body:
        raise TokenInTwoPlaces()
    if token_type and in_header:
        return Presented(token_type, in_header)
    return Presented(TokenType.BEARER, in_body) if in_body else None


TOKEN_TYPES = {token_type.lower(): token_type for token_type in TokenType}


def _is_in_right_hands(
    config: Config,
    request: ProtocolRequest,
    presented: Presented,
    needed: Confirmation | None,
    client: Client,
) -> bool:
    """Tell whether a token was sent as one of its type, by who holds what it is bound to."""
    if presented.token_type is not token_type_of(needed):
        return False
    if needed is None:
        return True
    try:
        is_by_key = needed.jkt is not None
        by_key = dpop.confirm_token(config, request, client, presented.value) if is_by_key else None
    except InvalidDPoPProofError as refusal:
        raise ProofRefused(refusal) from None
    proven = all_of([by_key, certificate_of(request)])
    return proven is not None and proven.covers(needed)
