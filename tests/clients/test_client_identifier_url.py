"""Which URLs can be a client_id, and how they stand in a path (Client ID Metadata Documents §3)."""

import pytest

from idp.clients.client_identifier_url import (
    client_id_in,
    is_at_host,
    is_client_identifier_url,
    path_segment_of,
)
from idp.clients.registration import CLIENT_ID

GOOD = "https://app.example.com/client.json"


@pytest.mark.parametrize(
    "url",
    [
        GOOD,
        "https://app.example.com/",
        "https://app.example.com:8443/oauth/client-metadata",
        "https://app.example.com//a/...b/c..d",
        "https://APP.example.com/%C3%A9",
        "https://xn--caf-dma.example/client.json",
        "https://[2001:db8::1]/client.json",
        f"https://a.example/{'n' * 237}",
    ],
)
def test_urls_that_can(url: str) -> None:
    """An https URL with a path."""
    assert is_client_identifier_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "https:///client.json",
        "https://app.example.com",
        "https://app.example.com?x=/",
        "https://app.example.com/?",
        "https://app.example.com/#",
        "https://app.example.com/client.json#x",
        "https://u@app.example.com/client.json",
        "https://u:p@app.example.com/client.json",
        "https://app.example.com/../client.json",
        "https://app.example.com/a/.",
        "https://app.example.com/%2e%2E/client.json",
        "https://app.example.com:0/client.json",
        "https://app.example.com:99999/client.json",
        "https://app..example.com/client.json",
        "https://app.example.com/a b",
        "https://app.example.com/a\nb",
        "https://app.example.com/\u00e9",
        "https://\u00e9.example/client.json",
        "https://app.example.com\\@else.example/",
        "https://app.example.com/%zz",
        "HTTPS://app.example.com/client.json",
        "http://localhost/client.json",
        "com.example.app:/client.json",
        f"https://a.example/{'n' * 238}",
    ],
)
def test_urls_that_cannot(url: str) -> None:
    """Whatever two readers could take for two things, and what a client_id must not have."""
    assert not is_client_identifier_url(url)


@pytest.mark.parametrize(
    ("patterns", "is_there"),
    [
        (["app.example.com"], True),
        (["*.example.com"], True),
        (["*.com"], True),
        (["example.com"], False),
        (["*.app.example.com"], False),
        (["*.xample.com"], False),
        ([], False),
    ],
)
def test_hosts(patterns: list[str], is_there: bool) -> None:
    """A host itself, or all that are below one."""
    assert is_at_host(GOOD.replace("app", "APP", 1), patterns) is is_there


def test_a_url_is_one_segment_of_a_path() -> None:
    """And no other client can be meant by it."""
    segment = path_segment_of(GOOD)

    assert client_id_in(segment) == GOOD
    assert "/" not in segment
    assert not CLIENT_ID.fullmatch(segment)
    assert path_segment_of("notes") == client_id_in("notes") == "notes"


@pytest.mark.parametrize("segment", ["~", "~a", "~~", "~w6k", "~ ", "~\u00e9"])
def test_a_segment_that_nobody_wrote_is_no_client(segment: str) -> None:
    """It is left as it is, or means nothing."""
    assert not is_client_identifier_url(client_id_in(segment))
