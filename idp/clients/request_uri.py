"""Request objects by reference: which address is the client's, and its document (OIDC Core §6.2).

A client whose request object changes says so by the fragment of its request_uri: the SHA-256 of
the document. Without one, a document is kept for an hour.
"""

import base64
import hashlib
import re
from collections.abc import Collection
from urllib.parse import urldefrag

from idp.clients.fetched import FetchedDocuments
from idp.fetch import Fetcher

MAX_ENTRIES = 1000
ACCEPT = "application/oauth-authz-req+jwt, application/jwt"
SHA256 = re.compile(r"[A-Za-z0-9_-]{43}")


def is_registered(request_uri: str, registered: Collection[str]) -> bool:
    """Tell whether a request_uri is one of these; one without a fragment is good for all of its."""
    return request_uri in registered or urldefrag(request_uri).url in registered


class RequestURISource:
    """The documents of all clients."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._documents = FetchedDocuments(fetcher, _read, max_entries=MAX_ENTRIES, accept=ACCEPT)

    def find(self, request_uri: str) -> str | None:
        """Give a document; None if there is none, or not the one whose hash is in the fragment.

        May commit and wait, as wait_for does.
        """
        _, fragment = urldefrag(request_uri)
        document = self._documents.find(request_uri)
        return document if document is not None and _is_hash_of(fragment, document) else None


def _is_hash_of(fragment: str, document: str) -> bool:
    """Tell whether a fragment, if it is a hash at all, is that of a document."""
    if not SHA256.fullmatch(fragment):
        return True
    hashed = hashlib.sha256(document.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == fragment


def _read(body: bytes) -> str | None:
    try:
        return body.decode("ascii").strip() or None
    except UnicodeDecodeError:
        return None
