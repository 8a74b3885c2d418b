"""A client_id that is the URL of the client's metadata (Client ID Metadata Documents §3)."""

import base64
import binascii
from collections.abc import Collection

from idp.clients.redirect_uri import NotRegistrable, check_registrable, host_of
from idp.vocabulary import ApplicationType

SCHEME = "https://"
MAX_LENGTH = 255  # as of any client_id
ENCODED = "~"  # no other client_id has it


def looks_like_client_identifier_url(client_id: str) -> bool:
    """Tell whether no operator can have registered this, since it begins as a URL does."""
    return client_id.startswith(SCHEME)


def is_client_identifier_url(client_id: str) -> bool:
    """Tell whether this is an https URL with a path, which can be read in one way only.

    A query is refused, which the standard advises against: one document could be any number of
    clients. Two URLs are the same only letter for letter.
    """
    if len(client_id) > MAX_LENGTH or not looks_like_client_identifier_url(client_id):
        return False
    try:
        check_registrable(client_id, ApplicationType.WEB)
    except NotRegistrable:
        return False
    return "/" in client_id.removeprefix(SCHEME) and "?" not in client_id


def is_at_host(client_id: str, patterns: Collection[str]) -> bool:
    """Tell whether such a URL is at one of these hosts; *.example.com are all below one."""
    host = host_of(client_id)
    return any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
        for pattern in patterns
    )


def path_segment_of(client_id: str) -> str:
    """Name a client, whatever its client_id, in the path of an address of this server."""
    if not looks_like_client_identifier_url(client_id):
        return client_id
    return ENCODED + base64.urlsafe_b64encode(client_id.encode()).rstrip(b"=").decode()


def client_id_in(path_segment: str) -> str:
    """Give the client_id that stands so in a path; what nobody wrote so is no client's."""
    if not path_segment.startswith(ENCODED):
        return path_segment
    encoded = path_segment.removeprefix(ENCODED)
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return path_segment
