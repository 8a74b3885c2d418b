"""What is kept of a browser: two names and a network."""

import pytest

from idp.users.devices import UNKNOWN, Device, describe

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
WINDOWS = f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:145.0)"
LINUX = f"{MOZILLA} (X11; Linux x86_64)"
ANDROID = f"{MOZILLA} (Linux; Android 15) {WEBKIT}"
MAC = f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7)"
IPHONE = f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("user_agent", "browser", "system"),
    [
        (f"{WINDOWS} Gecko/20100101 Firefox/145.0", "Firefox", "Windows"),
        (f"{LINUX} {WEBKIT} Chrome/142.0.0.0 Safari/537.36", "Chrome", "Linux"),
        (f"{MOZILLA} (X11; CrOS x86_64 1) {WEBKIT} Chrome/142.0.0.0", "Chrome", "ChromeOS"),
        (f"{MAC} {WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge", "macOS"),
        (f"{MAC} {WEBKIT} Chrome/142.0.0.0 Safari/537.36 OPR/120.0", "Opera", "macOS"),
        (f"{MAC} AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", "Safari", "macOS"),
        (f"{IPHONE} Version/18.1 Mobile/15E148 Safari/604.1", "Safari", "iPhone"),
        (f"{IPHONE} CriOS/142.0 Mobile/15E148 Safari/604.1", "Chrome", "iPhone"),
        (f"{IPHONE} FxiOS/145.0 Mobile/15E148 Safari/605.1.15", "Firefox", "iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 18_1) Version/18.1 Mobile/1 Safari/604.1", "Safari", "iPad"),
        (f"{ANDROID} SamsungBrowser/27.0 Chrome/125", "Samsung Internet", "Android"),
        (f"{ANDROID} Chrome/142.0 Mobile Safari/537.36", "Chrome", "Android"),
        ("curl/8.9.1", None, None),
        ("", None, None),
        (None, None, None),
        ("x" * 600 + " Firefox/1 Windows", None, None),
        ("\udce4 Firefox/1", "Firefox", None),
    ],
)  # fmt: skip
def test_browser_and_system(
    user_agent: str | None, browser: str | None, system: str | None
) -> None:
    """The name that a browser has for itself, not those of its ancestors."""
    assert describe(user_agent, None) == Device(browser, system)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("", None),
        (None, None),
        ("unix", None),
    ],
)
def test_network(address: str | None, network: str | None) -> None:
    """Of an address so much is kept as many households share."""
    assert describe(None, address) == Device(network=network)


def test_nothing_is_known() -> None:
    """Who says nothing is told apart by nothing."""
    assert describe(None, None) == UNKNOWN
