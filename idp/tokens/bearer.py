"""Bearer tokens at our own resources (RFC 6750): one place to send them, one answer if bad."""

from idp.config import Config
from idp.oauth2.errors import InvalidTokenError, MissingTokenError, TokenInTwoPlaces
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
    if token is None or parties is None or token.confirmation is not None:
        raise InvalidTokenError()  # one that is bound to a key is no bearer token
    return token, parties


def presented_token(request: ProtocolRequest) -> str | None:
    """Find the token in the header (RFC 6750 §2.1) or in the body (§2.2), never in the URL."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    in_header = credentials.strip() if scheme.lower() == "bearer" else None
    in_body = request.form.get("access_token") if request.method == "POST" else None
    if in_header and in_body:
        raise TokenInTwoPlaces()
    return in_header or in_body or None
