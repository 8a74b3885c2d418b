"""Access tokens at our own resources (RFC 6750, RFC 8705 §3): one place, one answer if bad."""

from idp.config import Config
from idp.oauth2.confirmation import Confirmation, all_of
from idp.oauth2.errors import InvalidTokenError, MissingTokenError, TokenInTwoPlaces
from idp.oauth2.mutual_tls import certificate_of
from idp.oauth2.request import ProtocolRequest
from idp.signing.signer import Signer
from idp.tokens import access_token
from idp.tokens.access_token import AccessToken
from idp.tokens.grant import Parties


def require_token(
    config: Config, signer: Signer, request: ProtocolRequest
) -> tuple[AccessToken, Parties]:
    """Give the access token of a request, and who stands behind it.

    Raises invalid_request if it is sent in two places (RFC 6750 §2), invalid_token if there is
    none that is good.
    """
    value = presented_token(request)
    if value is None:
        raise MissingTokenError()
    token = access_token.read(config, signer, value)
    parties = access_token.parties_of(token) if token else None
    if token is None or parties is None or not _is_in_right_hands(request, token.confirmation):
        raise InvalidTokenError()
    return token, parties


def presented_token(request: ProtocolRequest) -> str | None:
    """Find the token in the header (RFC 6750 §2.1) or in the body (§2.2), never in the URL."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    in_header = credentials.strip() if scheme.lower() == "bearer" else None
    in_body = request.form.get("access_token") if request.method == "POST" else None
    if in_header and in_body:
        raise TokenInTwoPlaces()
    return in_header or in_body or None


def _is_in_right_hands(request: ProtocolRequest, needed: Confirmation | None) -> bool:
    """Tell whether who sends a token holds what it is bound to."""
    if needed is None:
        return True
    proven = all_of([certificate_of(request)])
    return proven is not None and proven.covers(needed)
