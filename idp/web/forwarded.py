"""Whom a proxy asks for, as it writes down: X-Forwarded-For, or Forwarded (RFC 7239)."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# An address, and the port that some proxies put behind it (RFC 7239 §6).
NODE = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<v4>[0-9.]+))(?::[A-Za-z0-9._-]+)?")
# RFC 7239 §4: a pair of Forwarded, its value a token or a quoted string; or what separates them.
PAIR = re.compile(r"""\s*(?:([\w!#$%&'*+.^`|~-]+)=("(?:[^"\\]|\\.)*"|[^\s",;]*))?\s*([,;]|$)""")


class ForwardedHeader(StrEnum):
    """The header in which a proxy says whom it asks for."""

    X_FORWARDED_FOR = "X-Forwarded-For"
    FORWARDED = "Forwarded"


class TrustedProxies:
    """Those whose word is taken, by the networks that they are in."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = [ipaddress.ip_network(each) for each in networks]

    def has(self, address: Address | None) -> bool:
        """Tell whether an address is one of theirs."""
        return address is not None and any(address in network for network in self._networks)


def hops(header: ForwardedHeader, values: Iterable[bytes]) -> Sequence[str]:
    """List who asked whom, the one that asked us last; what cannot be read is in it, too."""
    text = b",".join(values).decode("latin-1")
    return _elements(text) if header is ForwardedHeader.FORWARDED else text.split(",")


def read_address(text: str) -> Address | None:
    """Read an address, without its port, the zone of a link-local one, or a disguise as IPv6."""
    text = text.strip()
    node = NODE.fullmatch(text)
    bare = (node["v6"] or node["v4"] or "") if node else text
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _elements(text: str) -> list[str]:
    """Give the `for` of each element of Forwarded, empty if it has none.

    From where it is malformed, nothing to the left of it can be told apart from what a client
    made up: all of it is one hop that nobody can read.
    """
    found: list[str] = []
    node, position = "", 0
    while position <= len(text):
        pair = PAIR.match(text, position)
        if pair is None:
            return [""]
        name, value, separator = pair.groups()
        if name and name.lower() == "for":
            node = _unquote(value)
        if separator != ";":
            found.append(node)
            node = ""
        position = pair.end()
        if not separator:
            break
    return found


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:-1])
