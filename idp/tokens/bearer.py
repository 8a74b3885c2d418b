"""Bearer tokens at our own resources (RFC 6750): one place to send them, one answer if bad."""

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp.config import Config
from idp.oauth2.errors import InvalidTokenError
from idp.oauth2.request import ProtocolRequest
from idp.signing.signer import Signer
from idp.tokens import access_token
from idp.tokens.access_token import AccessToken


def require_token(config: Config, signer: Signer, request: ProtocolRequest) -> AccessToken:
    """Give the access token of a request.

    Raises invalid_request if it is sent in two places (RFC 6750 §2), invalid_token if there is
    none that is good.
    """
    value = presented_token(request)
    token = access_token.read(config, signer, value) if value else None
    if token is None or not access_token.is_active(token):
        raise InvalidTokenError()
    return token


def presented_token(request: ProtocolRequest) -> str | None:
    """Find the token in the header (RFC 6750 §2.1) or in the body (§2.2)."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    in_header = credentials.strip() if scheme.lower() == "bearer" else None
    in_body = request.form.get("access_token")
    if in_header and in_body:
        raise InvalidRequestError("Send the access token in one place, not in two.")
    return in_header or in_body
