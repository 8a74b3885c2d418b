"""Client authentication by mutual TLS, and tokens that are bound to a certificate (RFC 8705)."""

import ipaddress
from collections.abc import Callable

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp.clients.distinguished_name import parse
from idp.clients.keys import KeySource
from idp.clients.model import Client
from idp.oauth2.client_auth import FindClient, find_named_client
from idp.oauth2.client_certificate import ClientCertificate
from idp.oauth2.confirmation import Confirmation
from idp.oauth2.request import ProtocolRequest
from idp.vocabulary import TokenEndpointAuthMethod as Method

NEEDED = "The client is registered for tokens bound to its certificate: connect with it."

# What is looked for, by the member that names it (RFC 8705 §2.1.2).
HAS_NAME: dict[str, Callable[[ClientCertificate, str], bool]] = {
    "tls_client_auth_subject_dn": lambda shown, name: shown.subject == parse(name),
    "tls_client_auth_san_dns": lambda shown, name: name.lower() in shown.dns_names,
    "tls_client_auth_san_uri": lambda shown, name: name in shown.uris,
    "tls_client_auth_san_ip": lambda shown, name: ipaddress.ip_address(name) in shown.ip_addresses,
    "tls_client_auth_san_email": lambda shown, name: name in shown.email_addresses,
}


def tls_client_auth(find_client: FindClient, request: ProtocolRequest) -> Client | None:
    """Authenticate by a name for which an authority vouches: the proxy has checked that (§2.1)."""
    client = _find(find_client, request, Method.TLS_CLIENT_AUTH)
    shown = request.certificate
    if client is None or shown is None or not shown.is_valid_now:
        return None
    expected = {name: client.metadata[name] for name in HAS_NAME if name in client.metadata}
    is_named = len(expected) == 1 and all(HAS_NAME[n](shown, v) for n, v in expected.items())
    return client if is_named else None


class SelfSignedTLSClientAuth:
    """Authenticates by a key that the client has registered (§2.2); an instance is the method."""

    def __init__(self, key_source: KeySource) -> None:
        self.key_source = key_source

    def __call__(self, find_client: FindClient, request: ProtocolRequest) -> Client | None:
        """Give the client whose key the certificate is of."""
        client = _find(find_client, request, Method.SELF_SIGNED_TLS_CLIENT_AUTH)
        shown = request.certificate
        if client is None or shown is None or not shown.is_valid_now:
            return None
        return client if self.key_source.has_key(client, shown.public_key) else None


def confirm(request: ProtocolRequest, client: Client) -> Confirmation | None:
    """Give the certificate to which a client's tokens are bound; None if it wants or has none."""
    if not client.tls_client_certificate_bound_access_tokens:
        return None
    return certificate_of(request)


def require_certificate(client: Client, confirmation: Confirmation | None) -> None:
    """Refuse a token request without a certificate of a client whose tokens are bound to it (§3).

    What is no token request, such as a pushed one, needs none.
    """
    is_shown = confirmation is not None and confirmation.x5t_s256 is not None
    if client.tls_client_certificate_bound_access_tokens and not is_shown:
        raise InvalidRequestError(NEEDED)


def certificate_of(request: ProtocolRequest) -> Confirmation | None:
    """Give the certificate with which a request came, to compare it with that of a token (§3)."""
    shown = request.certificate
    return None if shown is None else Confirmation(x5t_s256=shown.thumbprint)


def _find(find_client: FindClient, request: ProtocolRequest, method: Method) -> Client | None:
    client = find_named_client(find_client, request)
    return client if client and client.check_endpoint_auth_method(method, "token") else None
