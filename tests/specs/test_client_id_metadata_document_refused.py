"""What is refused of a client_id that is a URL, and who is told (Client ID Metadata Documents)."""

import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from idp.config import Config
from idp.storage.clients import list_client_rows
from idp.web.provider import Provider
from tests.conftest import Clock, Configure
from tests.parties.browser import Browser, Page
from tests.parties.clients import KEY
from tests.parties.documented import (
    HOST,
    PROGRAM,
    Publisher,
    program,
    publisher,
    server_tls,
    taking_documents,
)

__all__ = ["publisher", "server_tls"]

SECRET = "must be left out: everybody can read it."
METHOD = "token_endpoint_auth_method must be private_key_jwt or none."
CANNOT = "the document at client_id cannot be used: "


@pytest.fixture
def config(
    configure: Configure, server_tls: ssl.SSLContext, tmp_path: Path, request: pytest.FixtureRequest
) -> Config:
    """Take clients with documents, with what else a test says."""
    return taking_documents(configure, tmp_path, **getattr(request, "param", {}))


async def told(browser: Browser, http: httpx2.AsyncClient, client_id: str) -> str:
    """Begin a sign-in that must not be; give the page."""
    shown = await browser.open(program(http, client_id).authorization_url())
    assert isinstance(shown, Page)
    assert shown.status == 400
    assert "error-page" in shown
    return shown.text


@pytest.mark.parametrize(
    "make",
    [
        lambda origin: origin,
        lambda origin: f"{origin}/notes.json#top",
        lambda origin: f"{origin}/notes.json?v=1",
        lambda origin: f"{origin}/a/../notes.json",
        lambda origin: f"{origin}/a/%2E%2e/notes.json",
        lambda origin: f"{origin}/./notes.json",
        lambda origin: origin.replace("//", "//me@") + "/notes.json",
        lambda origin: origin.replace("//", "//me:pw@") + "/notes.json",
        lambda origin: f"{origin}/caf\u00e9.json",
        lambda origin: f"{origin}/{'n' * 255}.json",
        lambda origin: f"{origin}\\@else.example/notes.json",
    ],
)
async def test_3_another_url_is_not_even_asked(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, make: Callable[[str], str]
) -> None:
    """The person learns what the client's makers must mend."""
    page = await told(browser, http, make(publisher.origin))

    assert "client_id must be an https URL of at most 255 characters, with a path" in page
    assert publisher.asked == []


async def test_3_http_is_no_client_of_this_kind(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher
) -> None:
    """Anybody on the way could be the client."""
    client_id = publisher.publish().replace("https:", "http:")

    assert "client_id is not registered here" in await told(browser, http, client_id)
    assert publisher.asked == []


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"client_id": None}, "client_id must be the URL of the document, letter for letter."),
    ({"client_id": f"https://{HOST}/notes.json"}, "client_id must be the URL of the document"),
    ({"client_secret": "s"}, f"client_secret {SECRET}"),
    ({"client_secret_expires_at": 0}, f"client_secret_expires_at {SECRET}"),
    ({"token_endpoint_auth_method": "client_secret_basic"}, METHOD),
    ({"token_endpoint_auth_method": "client_secret_post"}, METHOD),
    ({"token_endpoint_auth_method": "client_secret_jwt"}, METHOD),
    ({"token_endpoint_auth_method": "private_key_jwt"}, "jwks or jwks_uri must be there if"),
    ({"jwks": {"keys": [KEY.as_dict(private=True)]}}, "jwks has a key that cannot be used: it"),
    ({"redirect_uris": None}, "redirect_uris must not be empty"),
    ({"redirect_uris": "http://127.0.0.1/"}, "redirect_uris must be a list."),
    ({"redirect_uris": ["https://else.example/cb"]}, "redirect_uris must have one at the host of"),
    ({"redirect_uris": [f"https://not{HOST}/cb"]}, "redirect_uris must have one at the host of"),
    ({"redirect_uris": ["javascript:alert(1)", 5]}, "redirect_uris must have one at the host of"),
    ({"grant_types": ["client_credentials"]}, "grant_types must have one of those for such"),
    ({"grant_types": "authorization_code"}, "grant_types must be a list."),
    ({"response_types": {"code": 1}}, "response_types must be a list."),
    ({"scope": ["openid"]}, "scope must be words with spaces between them."),
    ({"client_name": "\u202eknaB"}, "client_name must be one line of printable text."),
    ({"logo_uri": "javascript:alert(1)"}, "logo_uri must"),
)


@pytest.mark.parametrize(("changes", "text"), REFUSED)
async def test_4_a_document_of_which_too_little_is_left_is_refused(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    provider: Provider,
    changes: dict[str, Any],
    text: str,
) -> None:
    """The page names the member, and there is no client."""
    client_id = f"{publisher.origin}/notes.json"
    publisher.publish(**changes)

    assert f"{CANNOT}{text}" in await told(browser, http, client_id)
    assert await provider.database.run(list_client_rows) == []


DOCUMENT = json.dumps(PROGRAM)
ANSWERS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"status": "404 Not Found"}, "the server did not answer with a document"),
    ({"status": "500 Oops"}, "the server did not answer with a document"),
    ({"status": "302 Found", "headers": {"Location": "/x"}}, "the server redirects elsewhere"),
    ({"status": "203 Changed"}, "The answer must be 200 with the type application/json."),
    ({"media_type": "text/plain"}, "The answer must be 200 with the type application/json."),
    ({"media_type": "text/html; x=json"}, "The answer must be 200 with the type application/"),
    ({"body": "[]"}, "The metadata must be a JSON object."),
    ({"body": "{"}, "The metadata must be a JSON object."),
    ({"body": "[" * 60_000}, "The metadata must be a JSON object."),
    ({"body": json.dumps({"a": "a" * 70_000})}, "the document is too long"),
    ({"headers": {"Content-Encoding": "gzip"}}, "the document is compressed"),
)


@pytest.mark.parametrize(("answer", "text"), ANSWERS)
async def test_5_whatever_is_no_document_is_refused(
    browser: Browser,
    http: httpx2.AsyncClient,
    publisher: Publisher,
    answer: dict[str, Any],
    text: str,
) -> None:
    """One try, and no redirect is followed."""
    publisher.answer(**{"body": DOCUMENT} | answer)

    assert text in await told(browser, http, f"{publisher.origin}/notes.json")
    assert publisher.asked == ["/notes.json"]


async def test_5_2_a_failure_is_forgotten_in_seconds(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, clock: Clock
) -> None:
    """The client's makers see at once what they have mended; a flood asks their server once."""
    rp = program(http, f"{publisher.origin}/notes.json")
    publisher.answer("", status="404 Not Found")
    for _ in range(3):
        await told(browser, http, rp.client_id)
    asked_before = len(publisher.asked)
    publisher.publish()
    clock.move(11)

    shown = await browser.open(rp.authorization_url())

    assert asked_before == 1
    assert isinstance(shown, Page)
    assert "login-page" in shown


async def test_5_1_nobody_is_asked_on_the_word_of_an_old_document(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, clock: Clock
) -> None:
    """A sign-in does not begin while the document cannot be had."""
    client_id = publisher.publish()
    await browser.open(program(http, client_id).authorization_url())
    publisher.answer("", status="404 Not Found")
    clock.move(2 * 3600)

    assert "did not answer with a document" in await told(browser, http, client_id)


@pytest.mark.parametrize("config", [{"client_id_metadata_documents": False}], indirect=True)
async def test_nothing_is_fetched_unless_the_operator_wants_it(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher
) -> None:
    """It is off by default, and the metadata is silent about it."""
    page = await told(browser, http, publisher.publish())

    metadata = (await http.get("/.well-known/openid-configuration")).json()
    assert "client_id is not registered here" in page
    assert publisher.asked == []
    assert "client_id_metadata_document_supported" not in metadata


@pytest.mark.parametrize(
    ("config", "is_taken"),
    [
        ({"client_id_hosts": [HOST]}, True),
        ({"client_id_hosts": ["else.example", "*.example", HOST]}, True),
        ({"client_id_hosts": [f"*.{HOST}"]}, False),
        ({"client_id_hosts": ["else.example"]}, False),
    ],
    indirect=["config"],
)
async def test_8_8_an_operator_may_name_the_hosts(
    browser: Browser, http: httpx2.AsyncClient, publisher: Publisher, *, is_taken: bool
) -> None:
    """Others are not asked."""
    shown = await browser.open(program(http, publisher.publish()).authorization_url())

    assert isinstance(shown, Page)
    assert ("login-page" in shown) is is_taken
    assert ("a host whose clients this server does not take" in shown.text) is not is_taken
    assert bool(publisher.asked) is is_taken


async def test_the_token_endpoint_says_as_little_as_to_others(
    http: httpx2.AsyncClient, publisher: Publisher
) -> None:
    """invalid_client, whatever was wrong with the document."""
    publisher.answer("", status="404 Not Found")
    rp = program(http, f"{publisher.origin}/notes.json")

    answer = await rp.exchange("code")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert "document" not in answer.text
