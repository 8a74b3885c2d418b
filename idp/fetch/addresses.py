"""Which addresses may be asked: public ones, and those of the networks that are allowed."""

import ipaddress
from collections.abc import Sequence

from idp.fetch.fetched import FetchRefused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 networks whose addresses lead to the IPv4 address in their last 32 bits (RFC 4291 §2.5.5,
# RFC 6052 §2.1); 6to4 keeps it elsewhere.
IPV4_CARRIERS = tuple(map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96")))
# Special networks that not every version of Python knows as such: IETF protocol assignments with
# Teredo among them, the 6to4 relays, translation for local use (RFC 8215), documentation
# (RFC 9637), site-local addresses.
SPECIAL_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.88.99.0/24",
            "2001::/23",
            "64:ff9b:1::/48",
            "3fff::/20",
            "fec0::/10",
        ),
    )
)


def check_address(address: Address, allowed: Sequence[Network], *, scheme: str) -> None:
    """Refuse an address that is neither public nor in an allowed network."""
    address = _unwrap(address)
    is_allowed = any(address in network for network in allowed)
    if not is_allowed and not _is_public(address):
        raise FetchRefused("the host has an address that is not public")
    if scheme == "http" and not (is_allowed and address.is_loopback):
        raise FetchRefused("the URL must begin with https://")


def _unwrap(address: Address) -> Address:
    """Find the IPv4 address to which an IPv6 address leads."""
    if isinstance(address, ipaddress.IPv4Address) or int(address) <= 1:
        return address
    if address.sixtofour is not None:
        return address.sixtofour
    if any(address in network for network in IPV4_CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if any(address in network for network in SPECIAL_NETWORKS):
        return False
    is_special = address.is_multicast or address.is_reserved or address.is_link_local
    return address.is_global and not is_special
