"""From an exception to a response: JSON for programs, a page for people; never a stack trace.

KINDS says what each exception means, the first that fits. What is our fault is logged with its
traceback and answered with 500, or with 503 if it is the database that failed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from idp import clock, paths
from idp.clients.errors import RegistrationRefused
from idp.log import log, request_id
from idp.oauth2.errors import OAuth2Error, ServerBusy, ShownToUser, SignInOver
from idp.storage.errors import QueueFull
from idp.users.mail_proofs import ProofOver
from idp.users.passwords import HashingBusy
from idp.web.csrf import ForgedForm
from idp.web.provider import Provider
from idp.web.request import UnreadableRequest
from idp.web.responses import CONTENT_SECURITY_POLICY, PAGE_HEADERS, json_response
from idp.words import N_

RETRY_AFTER = 5  # seconds


@dataclass(frozen=True, slots=True)
class Problem:
    """What to tell of an error: to a program its code and text, to a person a page."""

    status: int
    error: str
    text: str
    title: str
    message: str
    technical: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    has_way_on: bool = False  # to the person's own page


def problem_of(error: Exception) -> Problem:
    """Say what an exception means to whoever sent the request."""
    return next(describe for kind, describe in KINDS if isinstance(error, kind))(error)


def as_json(provider: Provider, error: Exception) -> Response:
    """Answer a program (RFC 6749 §5.2)."""
    if isinstance(error, OAuth2Error):
        status, body, headers = error()
        return json_response(body, status, dict(headers))
    problem = problem_of(error)
    body = {"error": problem.error, "error_description": problem.text}
    return json_response(body, problem.status, problem.headers)


def as_page(provider: Provider, error: Exception) -> Response:
    """Answer a person."""
    return show(provider, problem_of(error))


def show(provider: Provider, problem: Problem) -> Response:
    """Show a problem to a person."""
    html = provider.templates.render(
        "error.html",
        title=problem.title,
        message=problem.message,
        technical=problem.technical,
        request_id=request_id() or "",
        occurred_at=f"{clock.now():%d %b %Y %H:%M:%S} UTC",
        home_url=provider.url(paths.ACCOUNT) if problem.has_way_on else None,
    )
    headers = PAGE_HEADERS | {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return HTMLResponse(html, problem.status, headers | dict(problem.headers))


def _shown_to_user(error: ShownToUser) -> Problem:
    return Problem(
        400,
        "invalid_request",
        "The authorization request cannot be answered.",
        N_("This sign-in link does not work"),
        N_(
            "To protect you we stopped, and nothing was shared. Go back to the app and try again; "
            "if it happens again, tell its makers."
        ),
        technical=error.technical,
    )


def _sign_in_over(error: SignInOver) -> Problem:
    return Problem(
        400,
        "invalid_request",
        "The sign-in is over.",
        N_("This sign-in is over"),
        N_(
            "It is finished, has taken too long, or was begun in another browser. Go back to the "
            "app and start again; your browser must accept cookies from this site."
        ),
        technical=error.technical,
        has_way_on=True,
    )


def _proof_over(_error: ProofOver) -> Problem:
    return Problem(
        410,
        "invalid_request",
        "The code or the link is not good any more.",
        N_("This is not good any more"),
        N_(
            "It was used already, is too old, or a newer mail has taken its place. A code is good "
            "only in the browser that asked for it, which must accept cookies. Go back and ask "
            "once more."
        ),
        has_way_on=True,
    )


def _unreadable(error: UnreadableRequest) -> Problem:
    return Problem(
        error.status,
        "invalid_request",
        error.text,
        N_("This request cannot be read"),
        N_("Go back and try again."),
        technical=error.text,
    )


def _forged(_error: ForgedForm) -> Problem:
    return Problem(
        403,
        "invalid_request",
        "The form is out of date.",
        N_("This page is out of date"),
        N_(
            "Go back, reload the page and try again. Your browser must accept cookies from this "
            "site."
        ),
    )


def _not_oauth(error: OAuth2Error) -> Problem:
    text = error.description or ""
    return Problem(
        error.status_code,
        str(error.error),
        text,
        N_("This request does not work"),
        N_("Nothing was changed. Go back to where you came from and try again."),
        technical=text,
    )


def _server_busy(error: ServerBusy) -> Problem:
    text = error.description or ""
    return Problem(
        error.status_code,
        str(error.error),
        text,
        N_("This has to wait"),
        N_("Nothing was changed. Please try again later."),
        technical=text,
        headers={"Retry-After": str(error.retry_after)},
    )


def _registration(error: RegistrationRefused) -> Problem:
    return Problem(
        400,
        str(error.error),
        error.description,
        N_("This client cannot be registered"),
        N_("Nothing was changed. Its metadata must be different."),
        technical=error.description,
    )


def _busy(error: HashingBusy) -> Problem:
    return Problem(
        503,
        "temporarily_unavailable",
        "Too busy. Try again.",
        N_("Too many people are signing in"),
        N_("Please try again in a moment."),
        headers={"Retry-After": str(error.retry_after)},
    )


def _overloaded(_error: QueueFull) -> Problem:
    log.warning("database_queue_full")  # many will be refused: a traceback for each helps nobody
    return Problem(
        503,
        "temporarily_unavailable",
        "Too busy. Try again.",
        N_("We are not able to answer just now"),
        N_("Nothing was lost. Please try again in a few seconds."),
        headers={"Retry-After": str(RETRY_AFTER)},
    )


def _database(error: Exception) -> Problem:
    log.error("database_failed", exc_info=error)
    return Problem(
        503,
        "temporarily_unavailable",
        "The database cannot be reached. Try again.",
        N_("We are not able to answer just now"),
        N_("Nothing was lost. Please try again in a few seconds."),
        headers={"Retry-After": str(RETRY_AFTER)},
    )


def _http(error: HTTPException) -> Problem:
    name = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "invalid_request")
    says_more = error.detail != HTTPStatus(error.status_code).phrase
    return Problem(
        error.status_code,
        name,
        error.detail,
        N_("There is nothing here")
        if error.status_code == 404
        else N_("This request does not work"),
        N_("Check the address, or go back to where you came from."),
        technical=error.detail if says_more else None,
        headers=error.headers or {},
        has_way_on=error.status_code == 404,
    )


def _unexpected(error: Exception) -> Problem:
    log.error("unhandled_exception", exc_info=error)
    return Problem(
        500,
        "server_error",
        "Something went wrong here.",
        N_("Something went wrong"),
        N_("This is our fault. Please try again; if it happens again, tell us the request number."),
    )


Describe = Callable[..., Problem]

KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Describe], ...] = (
    (SignInOver, _sign_in_over),
    (ShownToUser, _shown_to_user),
    (ProofOver, _proof_over),
    (UnreadableRequest, _unreadable),
    (ForgedForm, _forged),
    (RegistrationRefused, _registration),
    (ServerBusy, _server_busy),
    (OAuth2Error, _not_oauth),
    (HashingBusy, _busy),
    (HTTPException, _http),
    (QueueFull, _overloaded),
    ((ProgrammingError, TemplateError), _unexpected),  # a missing template is an OSError, too
    ((DBAPIError, PoolExhausted, OSError), _database),  # asyncpg lets errors of the socket through
    (Exception, _unexpected),
)
