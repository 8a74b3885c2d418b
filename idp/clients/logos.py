"""Clients' logos: fetched here, so that no client sees who looks at a page (RFC 7591 §2)."""

import hashlib
import re
from dataclasses import dataclass

from idp.clients.fetched import FetchedDocuments
from idp.fetch import Fetcher

MAX_ENTRIES = 100

# By what they begin with, whatever their server calls them. Not SVG, which is a program.
SIGNATURES: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of a kind that browsers only show."""

    media_type: str
    image: bytes


class LogoSource(FetchedDocuments[Logo]):
    """The logos of all clients, by their logo_uri."""

    def __init__(self, fetcher: Fetcher) -> None:
        media_types = ", ".join(media_type for media_type, _ in SIGNATURES)
        super().__init__(fetcher, read_logo, max_entries=MAX_ENTRIES, accept=media_types)


def read_logo(body: bytes) -> Logo | None:
    """Tell what kind of picture this is; None for anything else."""
    found = (media_type for media_type, signature in SIGNATURES if signature.match(body))
    media_type = next(found, None)
    return Logo(media_type, body) if media_type else None


def version_of(logo_uri: str) -> str:
    """Name what is at an address, so that another address is another name."""
    return hashlib.sha256(logo_uri.encode()).hexdigest()[:16]
