"""Redirect URIs: compared letter for letter, and held to a strict form (RFC 9700 §2.1).

A URI is read here by one grammar that knows no more of RFC 3986 than honest clients use, so that
nothing is left on which two parsers could differ.
"""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass

from idp.vocabulary import ApplicationType

MAX_LENGTH = 2000

# RFC 3986 §2 without "#" (no fragments), "*" (no wildcards) and encoded control characters.
CHARACTER = r"[A-Za-z0-9._~!$&'()+,;=:@/?%-]"
PERCENT_ENCODED = re.compile(r"%(?![01][0-9A-Fa-f]|7[Ff])[0-9A-Fa-f]{2}")
URI = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*):"
    r"(?://(?P<host>[A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(?P<port>:[0-9]{1,5})?(?=[/?]|$))?"
    rf"(?P<rest>{CHARACTER}*)"
)

DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK_LITERALS = frozenset({"127.0.0.1", "[::1]"})
LOCALHOST = "localhost"
LOOPBACK_HOSTS = LOOPBACK_LITERALS | {LOCALHOST}


class NotRegistrable(Exception):
    """A URI that no client may register; the text completes "this URI ..."."""


@dataclass(frozen=True, slots=True)
class _URI:
    scheme: str
    host: str | None
    port: int | None
    rest: str

    @property
    def is_loopback(self) -> bool:
        return self.scheme == "http" and self.host in LOOPBACK_HOSTS

    @property
    def has_custom_scheme(self) -> bool:
        return self.scheme not in ("http", "https")

    @property
    def is_private_use(self) -> bool:
        """In reverse domain name form (RFC 8252 §7.1), which javascript: and data: are not."""
        is_complete = bool(self.host) or self.rest.startswith("/")
        return self.has_custom_scheme and "." in self.scheme and is_complete


def is_registered(uri: str, registered: Collection[str], *, native: bool) -> bool:
    """Tell whether a URI is among those registered; the port of a loopback one is free.

    A native client cannot know which port it will get (RFC 8252 §7.3); everything else is equal.
    """
    if uri in registered:
        return True
    wanted = _without_port(uri, native)
    return wanted is not None and any(_without_port(each, native) == wanted for each in registered)


def check_registrable(uri: str, application_type: ApplicationType) -> None:
    """Accept a URI to which this server may send people; raise NotRegistrable for another."""
    _check_text(uri)
    parsed = _parse(uri)
    if parsed is None:
        raise NotRegistrable("must be absolute, with a plain host and without a user name")
    if _has_dot_segment(parsed.rest):
        raise NotRegistrable("must not have . or .. in its path")
    _check_scheme(parsed, application_type)


def is_app_on_device(uri: str) -> bool:
    """Tell whether any program of the user's device could receive what is sent there."""
    parsed = _parse(uri)
    return parsed is None or parsed.is_loopback or parsed.has_custom_scheme


def origin_of(uri: str) -> str | None:
    """Give scheme, host and port as browsers write them (RFC 6454 §6.2); None for other schemes."""
    parsed = _parse(uri)
    if parsed is None or parsed.has_custom_scheme:
        return None
    is_default = parsed.port in (None, DEFAULT_PORTS[parsed.scheme])
    port = "" if is_default else f":{parsed.port}"
    return f"{parsed.scheme}://{(parsed.host or '').lower()}{port}"


def host_of(uri: str) -> str:
    """Give the host of a URI in lower case; none if it has no host."""
    parsed = _parse(uri)
    return (parsed.host or "").lower() if parsed else ""


def describe_destination(uri: str) -> str:
    """Say to people where a redirect leads: a host, the device, or an app on it."""
    parsed = _parse(uri)
    if parsed is None:
        return "an unknown place"
    if parsed.is_loopback:
        return "this computer"
    if parsed.has_custom_scheme:
        return "an app on this device"
    return (parsed.host or "").lower()


def _check_text(uri: str) -> None:
    if len(uri) > MAX_LENGTH:
        raise NotRegistrable(f"must have at most {MAX_LENGTH} characters")
    if not uri.isascii() or not uri.isprintable() or " " in uri:
        raise NotRegistrable("must be printable ASCII; write a host name in punycode")
    if "#" in uri:
        raise NotRegistrable("must not have a fragment")
    if "*" in uri:
        raise NotRegistrable("must not have a wildcard")


def _check_scheme(uri: _URI, application_type: ApplicationType) -> None:
    if uri.scheme == "https" or uri.is_loopback:
        return
    if uri.scheme == "http":
        raise NotRegistrable("must begin with https:// unless its host is this computer")
    if application_type != ApplicationType.NATIVE:
        raise NotRegistrable("must begin with https:// unless application_type is native")
    if not uri.is_private_use:
        raise NotRegistrable("must have a scheme such as com.example.app:/")


def _parse(uri: str) -> _URI | None:
    match = URI.fullmatch(uri)
    if match is None or "%" in PERCENT_ENCODED.sub("", uri):
        return None
    host, port = match["host"], int(match["port"][1:]) if match["port"] else None
    parsed = _URI(match["scheme"], host, port, match["rest"])
    return parsed if _has_valid_authority(parsed) else None


def _has_valid_authority(uri: _URI) -> bool:
    if uri.host is None:
        return uri.has_custom_scheme and not uri.rest.startswith("//")
    is_valid_port = uri.port is None or 0 < uri.port < 65536
    return is_valid_port and (uri.has_custom_scheme or _is_host(uri.host))


def _is_host(host: str) -> bool:
    if not host.startswith("["):
        return all(host.split("."))
    try:
        ipaddress.IPv6Address(host[1:-1])
    except ValueError:
        return False
    return True


def _has_dot_segment(rest: str) -> bool:
    path = re.sub("%2e", ".", rest.partition("?")[0], flags=re.IGNORECASE)
    return any(segment in (".", "..") for segment in path.split("/"))


def _without_port(uri: str, native: bool) -> tuple[str | None, str] | None:
    """Give what has to be equal in two loopback URIs; None for all others."""
    parsed = _parse(uri)
    if parsed is None or not parsed.is_loopback:
        return None
    if parsed.host == LOCALHOST and not native:
        return None
    return parsed.host, parsed.rest
