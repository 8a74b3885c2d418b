"""The certificate of a client, as a proxy hands it on: Client-Cert (RFC 9440), or PEM."""

import base64
import binascii
import re
from urllib.parse import unquote

from starlette.types import Scope

from idp.config import Config
from idp.log import log
from idp.oauth2.client_certificate import (
    ClientCertificate,
    UnreadableCertificate,
    read_certificate,
)
from idp.web.forwarded import TrustedProxies, read_address
from idp.web.request import UnreadableRequest

STANDARD = b"client-cert"
NOTHING = ("", "::")  # what some proxies write for a client without a certificate
# RFC 8941 §3.3.5: a byte sequence
BYTES = re.compile(r":([A-Za-z0-9+/=]+):")
# RFC 7468 §2, with spaces where some proxies have them instead of line breaks
PEM = re.compile(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")

REPEATED = "Send one client certificate, not several."
UNREADABLE = "The client certificate cannot be read."


class ClientCertificates:
    """Finds the certificate of whoever asks, if the proxy that asks for them is believed.

    From anybody else the header says nothing: a certificate is no secret, so whoever could write
    it here would be whom they like (RFC 9440 §4).
    """

    def __init__(self, config: Config) -> None:
        self._name = config.server.client_certificate_header.lower().encode()
        self._trusted = TrustedProxies(config.server.trusted_proxies)
        self._has_warned = False

    def find(self, scope: Scope) -> ClientCertificate | None:
        """Give the certificate, or None if there is none; raise UnreadableRequest."""
        sent = [value for name, value in scope["headers"] if name == self._name]
        if not sent:
            return None
        peer = scope["client"][0] if scope.get("client") else ""
        if not self._trusted.has(read_address(peer)):
            self._warn_once(peer)
            return None
        if len(sent) > 1:
            raise UnreadableRequest(400, REPEATED)
        text = sent[0].decode("latin-1").strip()
        try:
            return None if text in NOTHING else read_certificate(self._decode(text))
        except (UnreadableCertificate, binascii.Error):
            raise UnreadableRequest(400, UNREADABLE) from None

    def _decode(self, text: str) -> bytes:
        is_standard = self._name == STANDARD
        found = (BYTES if is_standard else PEM).fullmatch(text if is_standard else unquote(text))
        if found is None:
            raise UnreadableCertificate
        encoded = "".join(found[1].split()).encode()
        der = base64.b64decode(encoded, validate=True)
        if base64.b64encode(der) != encoded:  # Python lets padding be longer, and other things
            raise UnreadableCertificate
        return der

    def _warn_once(self, peer: str) -> None:
        """Say that a proxy is not believed: its clients cannot say who they are."""
        if not self._has_warned:
            self._has_warned = True
            hint = "is this a proxy of yours? then name it in server.trusted_proxies"
            log.warning("client_certificate_not_believed", peer=peer, hint=hint)
