"""What an exception means to a program and to a person."""

import json
from collections.abc import Callable, Iterator

import httpx2
import pytest
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from jinja2 import TemplateNotFound, UndefinedError
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import (
    InvalidRequestError as MisusedSQLAlchemy,
)
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from idp.app import make_provider
from idp.config import Config
from idp.log import bind_request, clear_request
from idp.oauth2.errors import ServerBusy, ShownToUser
from idp.storage.errors import QueueFull
from idp.users.passwords import HashingBusy
from idp.web.adapter import Handler, for_people, for_programs
from idp.web.csrf import ForgedForm
from idp.web.errors import as_json, as_page
from idp.web.provider import Provider
from idp.web.request import HttpRequest, UnreadableRequest
from idp.web.responses import CONTENT_SECURITY_POLICY
from tests.conftest import Logged

DETAIL = Exception("detail 4711")

DATABASE = [
    OperationalError("SELECT 4711", {}, DETAIL),
    InterfaceError("SELECT 4711", {}, DETAIL),
    IntegrityError("SELECT 4711", {}, DETAIL),
    DBAPIError("SELECT 4711", {}, DETAIL),  # what asyncpg makes of most errors of the server
    PoolExhausted("detail 4711"),
    ConnectionRefusedError("detail 4711"),
    TimeoutError("detail 4711"),
    OSError("detail 4711"),
]
OURS = [
    RuntimeError("detail 4711"),
    KeyError("detail 4711"),
    AssertionError("detail 4711"),
    RecursionError("detail 4711"),
    ProgrammingError("SELECT 4711", {}, DETAIL),
    MisusedSQLAlchemy("detail 4711"),
    TemplateNotFound("4711.html"),
    UndefinedError("detail 4711"),
]
THEIRS = [
    (ShownToUser("the client is unknown"), 400),
    (UnreadableRequest(400, "The body ended early."), 400),
    (UnreadableRequest(413, "The body is too long."), 413),
    (ForgedForm(), 403),
    (InvalidRequestError("A parameter is repeated."), 400),
    (ServerBusy(429, "Wait.", 60), 429),
    (HashingBusy(5), 503),
    (HTTPException(404), 404),
    (HTTPException(405, headers={"Allow": "POST"}), 405),
]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """Give the parts of a server that has not been started."""
    directory = tmp_path_factory.mktemp("errors")
    return make_provider(Config(database={"url": f"sqlite:///{directory}/idp.db"}))


@pytest.fixture
def request_id() -> Iterator[str]:
    """Be in the middle of a request."""
    bind_request("request-1", "203.0.113.7")
    yield "request-1"
    clear_request()


def body(response: Response) -> str:
    """Read a response."""
    return bytes(response.body).decode()


@pytest.mark.parametrize(("error", "status"), THEIRS, ids=lambda value: type(value).__name__)
def test_what_is_wrong_with_a_request_is_told(
    error: Exception, status: int, provider: Provider, logged: Logged
) -> None:
    """A program and a person get the same status, and the log no traceback."""
    to_program, to_person = as_json(provider, error), as_page(provider, error)

    assert (to_program.status_code, to_person.status_code) == (status, status)
    assert json.loads(to_program.body)["error"]
    assert 'id="error-page"' in body(to_person)
    assert not logged()


def test_too_many_writers_are_told_when_to_come_back(provider: Provider, logged: Logged) -> None:
    """A queue that is full is 503 with Retry-After, and a line of the log that is no alarm."""
    response = as_json(provider, QueueFull())

    assert response.status_code == 503
    assert json.loads(response.body)["error"] == "temporarily_unavailable"
    assert int(response.headers["Retry-After"]) > 0
    (line,) = logged()
    assert (line["event"], line["level"]) == ("database_queue_full", "warning")


@pytest.mark.parametrize("error", DATABASE, ids=lambda value: type(value).__name__)
def test_a_database_that_fails_is_told_with_when_to_come_back(
    error: Exception, provider: Provider, logged: Logged
) -> None:
    """It is 503 with Retry-After, and nothing of the database is shown."""
    to_program, to_person = as_json(provider, error), as_page(provider, error)

    for response in (to_program, to_person):
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert "4711" not in body(response)
    assert json.loads(to_program.body)["error"] == "temporarily_unavailable"
    assert [line["event"] for line in logged()] == ["database_failed"] * 2


@pytest.mark.parametrize("error", OURS, ids=lambda value: type(value).__name__)
def test_our_own_mistakes_are_logged_and_not_shown(
    error: Exception, provider: Provider, request_id: str, logged: Logged
) -> None:
    """It is 500 without any detail; the log has the traceback under the id that is shown."""
    to_program, to_person = as_json(provider, error), as_page(provider, error)

    for response in (to_program, to_person):
        assert response.status_code == 500
        assert "4711" not in body(response)
    assert request_id in body(to_person)
    line = logged()[0]
    assert line["event"] == "unhandled_exception"
    assert line["request_id"] == request_id
    assert "4711" in line["exception"]


def test_an_error_page_is_guarded_like_any_page(provider: Provider) -> None:
    """Errors are where scripts were injected elsewhere (CVE-2021-20323, CVE-2019-8400)."""
    response = as_page(provider, ShownToUser("<script>alert(1)</script>"))

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Cache-Control"] == "no-store"
    assert "<script>" not in body(response)


def test_a_wrong_method_is_answered_with_the_right_ones(provider: Provider) -> None:
    """405 names what is allowed (RFC 9110 §15.5.6)."""
    response = as_json(provider, HTTPException(405, headers={"Allow": "POST"}))

    assert response.headers["Allow"] == "POST"


def for_programs_that_run(provider: Provider, handler: Handler) -> ASGIApp:
    """Adapt an endpoint that may write."""
    return for_programs(provider, handler, provider.database.run)


def for_people_who_wait(provider: Provider, handler: Handler) -> ASGIApp:
    """Adapt a page."""
    return for_people(provider, handler, provider.database.run)


@pytest.mark.parametrize("adapt", [for_programs_that_run, for_people_who_wait])
async def test_an_endpoint_that_crashes_is_answered_all_the_same(
    adapt: Callable[..., ASGIApp], provider: Provider, logged: Logged
) -> None:
    """Whatever an endpoint raises becomes a response of its kind."""

    def crash(provider: Provider, http: HttpRequest) -> Response:
        raise RuntimeError("detail 4711")

    transport = httpx2.ASGITransport(adapt(provider, crash))
    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as http:
        response = await http.get("/")

    assert response.status_code == 500
    assert "4711" not in response.text
    assert "detail 4711" in logged()[0]["exception"]
