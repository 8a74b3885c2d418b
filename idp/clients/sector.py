"""Sectors: which clients see the same pairwise subjects (OIDC Core §8.1, OIDC Registration §5)."""

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from idp.clients.errors import InvalidClientMetadata
from idp.clients.fetched import FetchedDocuments
from idp.fetch import Fetcher
from idp.storage.sectors import keep_sector_key
from idp.vocabulary import SubjectType

MAX_ENTRIES = 1000
KEY_BYTES = 32


class _Lists(FetchedDocuments[frozenset[str]]):
    """What sectors say now: who registers counts, not who was listed a while ago (§5)."""

    LIFETIME = RETRY_INTERVAL = timedelta()


class SectorSource:
    """The documents in which sectors list the redirect URIs of their clients."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._documents = _Lists(fetcher, _read, max_entries=MAX_ENTRIES)

    def lists(self, uri: str, redirect_uris: frozenset[str]) -> bool:
        """Tell whether there is a document that has all of these redirect URIs.

        May commit and wait, as wait_for does.
        """

        listed = self._documents.find(uri)
        return listed is not None and redirect_uris <= listed


def check_sector(metadata: Mapping[str, Any], sectors: SectorSource | None) -> None:
    """See whether a sector knows the client that says it is of it, by valid metadata.

    May commit and wait, as wait_for does. Raises InvalidClientMetadata.
    """
    uri = metadata.get("sector_identifier_uri")
    if uri is None:
        return
    redirect_uris = frozenset(metadata.get("redirect_uris", ()))
    if sectors is None or not sectors.lists(uri, redirect_uris):
        raise InvalidClientMetadata(
            "sector_identifier_uri must lead to a JSON array that has all redirect_uris."
        )


def sector_identifier_of(metadata: Mapping[str, Any]) -> str | None:
    """Give the host that stands for a client's sector; None if there is no one host.

    Apps on a device have none: every app may have their loopback address, or their scheme.
    """
    uri = metadata.get("sector_identifier_uri")
    uris = metadata.get("redirect_uris", ()) if uri is None else (uri,)
    hosts = {urlsplit(each).hostname if each.startswith("https:") else None for each in uris}
    return hosts.pop() if len(hosts) == 1 else None


def sector_key_of(metadata: Mapping[str, Any]) -> bytes | None:
    """Give what a client's subjects are made with, by valid metadata; None if they are public."""
    if metadata.get("subject_type") != SubjectType.PAIRWISE:
        return None
    sector_identifier = sector_identifier_of(metadata)
    assert sector_identifier is not None  # as consistency.py has seen
    return keep_sector_key(sector_identifier, secrets.token_bytes(KEY_BYTES))


def _read(body: bytes) -> frozenset[str] | None:
    try:
        uris = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(uris, list) or not all(isinstance(each, str) for each in uris):
        return None
    return frozenset(uris)
