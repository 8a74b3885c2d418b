"""What comes of fetching: a document, or one of two errors."""

from collections.abc import Mapping
from dataclasses import dataclass


class FetchError(Exception):
    """A document could not be had: FetchRefused or FetchFailed, of which one is FetchRedirected."""


class FetchRefused(FetchError):
    """We do not ask that URL."""


class FetchFailed(FetchError):
    """We asked, and got no usable answer."""


class FetchRedirected(FetchFailed):
    """We asked, and were sent elsewhere."""

    def __init__(self) -> None:
        super().__init__("the server redirects elsewhere, which is not followed")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A successful answer, with the names of its headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
