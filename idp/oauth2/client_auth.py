"""Client authentication (RFC 6749 §2.3, OIDC Core §9): exactly one method, the registered one.

A method is a function that Authlib's engine calls with the way to find a client and the request;
it returns the client or None. `presented_method` says which of them a request asks for.
"""

import base64
import binascii
from collections.abc import Callable
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp.clients.model import Client
from idp.oauth2.request import ProtocolRequest
from idp.vocabulary import CERTIFICATE_METHODS
from idp.vocabulary import TokenEndpointAuthMethod as Method

FindClient = Callable[[str], Client | None]
Authenticate = Callable[[FindClient, ProtocolRequest], Client | None]


def presented_method(request: ProtocolRequest) -> Method:
    """Tell by which method a request authenticates.

    Raises invalid_request if it tries more than one (RFC 6749 §2.3).
    """
    presented = [
        method
        for method, is_there in (
            (Method.CLIENT_SECRET_BASIC, "authorization" in request.headers),
            (Method.CLIENT_SECRET_POST, "client_secret" in request.form),
            (Method.PRIVATE_KEY_JWT, "client_assertion" in request.form),
        )
        if is_there
    ]
    if len(presented) > 1:
        raise InvalidRequestError("Use one client authentication method, not several.")
    return presented[0] if presented else Method.NONE


def presented_methods(request: ProtocolRequest) -> tuple[Method, ...]:
    """List the methods that a request may mean: a certificate alone can be for one of several.

    Beside a secret or an assertion it does not authenticate (RFC 8705 §3). Raises invalid_request
    as presented_method does.
    """
    method = presented_method(request)
    may_be_certificate = method is Method.NONE and request.certificate is not None
    return (*CERTIFICATE_METHODS, method) if may_be_certificate else (method,)


def find_named_client(find_client: FindClient, request: ProtocolRequest) -> Client | None:
    """Find the client that client_id names, once for all methods that are tried."""
    client_id = request.form.get("client_id")
    if client_id and request.unverified_client is None:
        request.unverified_client = find_client(client_id)
    return request.unverified_client


def client_secret_basic(find_client: FindClient, request: ProtocolRequest) -> Client | None:
    """Authenticate by HTTP Basic; both parts are form-encoded first (RFC 6749 §2.3.1)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    client_id, separator, secret = pair.partition(":")
    return _check(find_client, unquote_plus(client_id), unquote_plus(secret)) if separator else None


def client_secret_post(find_client: FindClient, request: ProtocolRequest) -> Client | None:
    """Authenticate by parameters in the body."""
    form = request.form
    return _check(find_client, form.get("client_id", ""), form.get("client_secret", ""))


def none(find_client: FindClient, request: ProtocolRequest) -> Client | None:
    """Identify a public client, which has nothing to authenticate with."""
    return find_named_client(find_client, request)


def _check(find_client: FindClient, client_id: str, secret: str) -> Client | None:
    client = find_client(client_id)
    return client if client is not None and client.check_client_secret(secret) else None
