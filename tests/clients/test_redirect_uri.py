"""Redirect URIs: which are equal, which may be registered, and how people are told of them."""

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from idp.clients.redirect_uri import (
    NotRegistrable,
    check_registrable,
    describe_destination,
    is_app_on_device,
    is_registered,
)
from idp.vocabulary import ApplicationType

WEB, NATIVE = ApplicationType.WEB, ApplicationType.NATIVE

REGISTERED = (
    "https://rp.example/cb",
    "https://rp.example/cb?tenant=1",
    "http://127.0.0.1/cb",
    "http://[::1]:8080/cb",
    "http://localhost:3000/cb",
    "com.example.app:/cb",
)


@pytest.mark.parametrize("uri", REGISTERED)
@pytest.mark.parametrize("native", [True, False])
def test_a_uri_equals_itself(uri: str, native: bool):
    """What is registered is accepted, letter for letter."""
    assert is_registered(uri, REGISTERED, native=native)


@pytest.mark.parametrize(
    ("uri", "native"),
    [
        ("http://127.0.0.1:1/cb", True),
        ("http://127.0.0.1:65535/cb", False),
        ("http://[::1]/cb", True),
        ("http://[::1]:51004/cb", False),
        ("http://localhost/cb", True),
        ("http://localhost:51004/cb", True),
    ],
)
def test_the_port_of_a_loopback_uri_is_free(uri: str, native: bool):
    """A native client may listen on any port of the loopback interface (RFC 8252 §7.3)."""
    assert is_registered(uri, REGISTERED, native=native)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://rp.example",
        "https://rp.example/",
        "https://rp.example/cb/",
        "https://rp.example/CB",
        "https://RP.example/cb",
        "https://rp.example/cb?",
        "https://rp.example/cb#",
        "https://rp.example/cb?tenant=2",
        "https://rp.example/cb?tenant=1&x=1",
        "https://rp.example/x/../cb",
        "https://rp.example/%63b",
        "https://rp.example:443/cb",
        "http://rp.example/cb",
        "https://rp.example.evil/cb",
        "https://rp.example@evil/cb",
        "http://127.0.0.1/",
        "http://127.0.0.1/cb/x",
        "http://127.0.0.1/cb?x=1",
        "http://127.0.0.1/cb#x",
        "https://127.0.0.1/cb",
        "HTTP://127.0.0.1/cb",
        "http://127.0.0.2/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://0.0.0.0/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:99999999999/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:٨٠/cb",
        "http://127.0.0.1:80@evil/cb",
        "http://127.0.0.1@evil/cb",
        "http://evil@127.0.0.1/cb",
        "http://127.0.0.1:80\\@evil/cb",
        "http://127.0.0.1\\.evil/cb",
        "http:\\\\127.0.0.1/cb",
        "http:127.0.0.1/cb",
        "http:/127.0.0.1/cb",
        "http:///127.0.0.1/cb",
        "http://127.0.0.1.evil/cb",
        "http://127.0.0.1%2eevil/cb",
        "http://127.0.0.1 /cb",
        "http://127.0.0.1:80/cb\n",
        "http://127.0.0.1:80/cb\r\nSet-Cookie: x",
        "\thttp://127.0.0.1/cb",
        "http://127.0.0.1:80/c\u0000b",
        "http://127.0.0.1:80/cb\u00e9",
        "http://127。0。0。1/cb",
        "http://[::1/cb",
        "http://::1/cb",
        "http://[::1]x/cb",
        "http://[::1%25lo]/cb",
        "http://[0:0:0:0:0:0:0:1]/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://[]/cb",
        "http://[v1.x]/cb",
        "http://localhost.evil/cb",
        "http://localhost./cb",
        "http://localhost@evil/cb",
        "com.example.app:/cb/",
        "com.example.app://cb",
        "com.example.app://127.0.0.1:80/cb",
    ],
)
def test_every_other_uri_is_refused(uri: str):
    """Nothing that only looks like a registered URI is one (RFC 9700 §4.1.3)."""
    assert not is_registered(uri, REGISTERED, native=True)


@pytest.mark.parametrize("uri", ["http://localhost/cb", "http://localhost:3001/cb"])
def test_localhost_is_exact_for_web_clients(uri: str):
    """A web client knows its port."""
    assert not is_registered(uri, REGISTERED, native=False)


@pytest.mark.parametrize("uri", ["http://[::1]:1/cb", "http://localhost:1/cb"])
def test_loopback_hosts_are_not_interchangeable(uri: str):
    """127.0.0.1, ::1 and localhost are three different hosts (RFC 8252 §8.3)."""
    assert not is_registered(uri, ["http://127.0.0.1/cb"], native=True)


@given(st.text() | st.from_regex(r"http://(127\.0\.0\.1|\[::1\]|localhost)[:@/\\.?#]\S*"))
@example("http://[")
@example("http://[::1]:80]/cb")
def test_what_is_accepted_leads_to_a_registered_place(uri: str):
    """Whatever comes, nothing raises; what is accepted is the same for another parser."""
    registered = ["http://127.0.0.1/cb", "http://[::1]/cb", "http://localhost/cb"]

    if is_registered(uri, registered, native=True):
        parts = urlsplit(uri)
        assert parts.hostname in ("127.0.0.1", "::1", "localhost")
        assert (parts.scheme, parts.path, parts.query) == ("http", "/cb", "")
        assert parts.username is None


@given(st.integers(1, 65535), st.sampled_from(["127.0.0.1", "[::1]", "localhost"]))
def test_any_port_is_accepted(port: int, host: str):
    """Each of the ports that there are will do."""
    assert is_registered(f"http://{host}:{port}/cb", [f"http://{host}/cb"], native=True)


@pytest.mark.parametrize(
    ("uri", "application_type"),
    [
        ("https://rp.example", WEB),
        ("https://rp.example/", WEB),
        ("https://rp.example:8443/cb?tenant=1&x=%20", WEB),
        ("https://xn--bcher-kva.example/cb", WEB),
        ("https://192.0.2.1/cb", WEB),
        ("https://[2001:db8::1]/cb", WEB),
        ("http://127.0.0.1/cb", WEB),
        ("http://[::1]:8080/cb", WEB),
        ("http://localhost:3000/cb", WEB),
        ("https://rp.example/cb", NATIVE),
        ("http://127.0.0.1/cb", NATIVE),
        ("http://localhost/cb", NATIVE),
        ("com.example.app:/cb", NATIVE),
        ("com.example.app://callback", NATIVE),
        ("com.example.app://host/cb?x=1", NATIVE),
        ("com.example.app:///cb", NATIVE),
    ],
)
def test_a_uri_may_be_registered(uri: str, application_type: ApplicationType):
    """Web clients have https, native ones a scheme of their own too; loopback is for both."""
    check_registrable(uri, application_type)


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("", "absolute"),
        ("/cb", "absolute"),
        ("rp.example/cb", "absolute"),
        ("//rp.example/cb", "absolute"),
        ("https:rp.example/cb", "absolute"),
        ("https:/rp.example/cb", "absolute"),
        ("https:///cb", "absolute"),
        ("https://?x", "absolute"),
        ("HTTPS://rp.example/cb", "absolute"),
        ("https://user@rp.example/cb", "user name"),
        ("https://user:pass@rp.example/cb", "user name"),
        ("https://rp.example:80@evil/cb", "user name"),
        ("com.example.app://user@host/cb", "user name"),
        ("https://rp.example:0/cb", "plain host"),
        ("https://rp.example:65536/cb", "plain host"),
        ("https://rp..example/cb", "plain host"),
        ("https://rp.example%2f.evil/cb", "plain host"),
        ("https://[::1/cb", "plain host"),
        ("https://[1:2]/cb", "plain host"),
        ("https://[::1]evil/cb", "plain host"),
        ("https://rp.example/cb%0d%0aX", "absolute"),
        ("https://rp.example/cb%00", "absolute"),
        ("https://rp.example/cb%7F", "absolute"),
        ("https://rp.example/cb%", "absolute"),
        ("https://rp.example/cb%zz", "absolute"),
        ("https://rp.example/<script>", "absolute"),
        ("https://rp.example\\@evil/cb", "absolute"),
        ("https://rp.example/cb#", "fragment"),
        ("https://rp.example/cb#x", "fragment"),
        ("https://*.rp.example/cb", "wildcard"),
        ("https://rp.example/*", "wildcard"),
        ("https://rp.example/./cb", "path"),
        ("https://rp.example/a/../cb", "path"),
        ("https://rp.example/a/%2e%2E/cb", "path"),
        ("https://rp.example/..", "path"),
        ("https://rp.example/c b", "ASCII"),
        ("https://rp.example/cb\r\n", "ASCII"),
        ("https://rp.example/c\u0000b", "ASCII"),
        ("https://b\u00fccher.example/cb", "punycode"),
        ("https://rp.example/\ud800", "ASCII"),
        ("https://rp.example/" + "x" * 2000, "2000"),
        ("http://rp.example/cb", "https://"),
        ("http://localhost.evil/cb", "https://"),
        ("http://127.0.0.2/cb", "https://"),
        ("javascript:alert(1)", "absolute|scheme|https://"),
        ("javascript://rp.example/%0aalert(1)", "absolute|scheme|https://"),
        ("javascript:/x", "scheme|https://"),
        ("data:text/html,x", "scheme|https://"),
        ("data:/x", "scheme|https://"),
        ("vbscript:x", "scheme|https://"),
        ("file:///etc/passwd", "scheme|https://"),
        ("blob:https://rp.example/x", "scheme|https://"),
        ("about:blank", "scheme|https://"),
        ("view-source:https://rp.example/", "scheme|https://"),
        ("ftp://rp.example/cb", "scheme|https://"),
        ("myapp:/cb", "scheme|https://"),
        ("urn:ietf:wg:oauth:2.0:oob", "scheme|https://"),
    ],
)
@pytest.mark.parametrize("application_type", [WEB, NATIVE])
def test_a_uri_must_not_be_registered(uri: str, problem: str, application_type: ApplicationType):
    """What could run as script, or be read in two ways, is refused with a reason."""
    with pytest.raises(NotRegistrable, match=problem):
        check_registrable(uri, application_type)


@pytest.mark.parametrize(
    ("uri", "application_type"),
    [("com.example.app:/cb", WEB), ("com.example.app:cb", NATIVE), ("com.example.app:", NATIVE)],
)
def test_a_scheme_of_ones_own_is_for_native_clients(uri: str, application_type: ApplicationType):
    """It has a path, as RFC 8252 §7.1 shows it, and is not for web clients."""
    with pytest.raises(NotRegistrable, match="must"):
        check_registrable(uri, application_type)


@given(st.text() | st.from_regex(r"[a-z.]+:/?/?\S*"), st.sampled_from(ApplicationType))
def test_registering_never_fails_in_another_way(uri: str, application_type: ApplicationType):
    """Any text is accepted or refused; what is accepted is equal to itself and can be described."""
    try:
        check_registrable(uri, application_type)
    except NotRegistrable:
        return

    assert is_registered(uri, [uri], native=False)
    assert describe_destination(uri)


@pytest.mark.parametrize(
    ("uri", "description", "on_device"),
    [
        ("https://rp.example:8443/cb?x=1", "rp.example", False),
        ("https://RP.example/cb", "rp.example", False),
        ("https://xn--bcher-kva.example/cb", "xn--bcher-kva.example", False),
        ("https://[2001:db8::1]/cb", "[2001:db8::1]", False),
        ("http://127.0.0.1:5000/cb", "this computer", True),
        ("http://[::1]/cb", "this computer", True),
        ("http://localhost/cb", "this computer", True),
        ("com.example.app:/cb", "an app on this device", True),
        ("https://rp.example@evil/cb", "an unknown place", True),
    ],
)
def test_people_are_told_where_they_go(uri: str, description: str, on_device: bool):
    """A host as browsers show it, or what a loopback address and a scheme mean to people."""
    assert describe_destination(uri) == description
    assert is_app_on_device(uri) is on_device
