"""The one guarded way out: https, checked and pinned addresses, limits on time and size.

fetcher    reads a document, or says why it cannot
addresses  which addresses may be asked
transport  asks one of them; loaded with the first document, since few servers need one
fetched    a document, and the two ways to have none
authorities
           whose certificates are believed
"""

from idp.fetch.addresses import check_address
from idp.fetch.authorities import believing
from idp.fetch.fetched import Fetched, FetchError, FetchFailed, FetchRedirected, FetchRefused
from idp.fetch.fetcher import Fetcher, Resolve, getaddrinfo

__all__ = [
    "FetchError",
    "FetchFailed",
    "FetchRedirected",
    "FetchRefused",
    "Fetched",
    "Fetcher",
    "Resolve",
    "believing",
    "check_address",
    "getaddrinfo",
]
