"""Where a browser is, in few words: enough for its owner to know it, too little to follow them.

Of the User-Agent (RFC 9110 §10.1.5) a name of the browser and one of the system are kept, of the
address the network: what many households share, and no more.
"""

import ipaddress
import re
from dataclasses import dataclass

MAX_READ = 512  # characters; no browser needs more to say what it is
IPV4_PREFIX = 24
IPV6_PREFIX = 48

Names = tuple[tuple[str, re.Pattern[str]], ...]

# The first that fits: most browsers name those that they descend from, too.
BROWSERS: Names = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOP(?:R|T|iOS)/|\bOpera\b")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Vivaldi", re.compile(r"\bVivaldi/")),
    ("Yandex Browser", re.compile(r"\bYaBrowser/")),
    ("DuckDuckGo", re.compile(r"\b(?:DuckDuckGo|Ddg)/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|Chromium|HeadlessChrome|CriOS)/")),
    ("Safari", re.compile(r"\bVersion/\S+ (?:Mobile/\S+ )?Safari/")),
)
SYSTEMS: Names = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)


@dataclass(frozen=True, slots=True)
class Device:
    """What is kept of a browser; None is what it did not say."""

    browser: str | None = None
    system: str | None = None
    network: str | None = None

    @property
    def words(self) -> str | None:
        """What is known of it, in a few words of every language."""
        return ", ".join(filter(None, (self.browser, self.system))) or None


UNKNOWN = Device()


def describe(user_agent: str | None, address: str | None) -> Device:
    """Say what a browser calls itself, and in which network it is."""
    said = (user_agent or "")[:MAX_READ]
    return Device(_name(BROWSERS, said), _name(SYSTEMS, said), network_of(address))


def network_of(address: str | None) -> str | None:
    """Give the network that an address is in; None if it is no address."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    prefix = IPV4_PREFIX if parsed.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def _name(names: Names, said: str) -> str | None:
    return next((name for name, pattern in names if pattern.search(said)), None)
