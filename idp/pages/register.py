"""The registration page, where the operator lets people make their own accounts."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp import log, paths
from idp.authenticators.proof import Method
from idp.pages.interaction import Waiting, find_waiting, url_beside
from idp.pages.sign_in import Destination, proven
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User
from idp.users import registration, throttle
from idp.users.names import NameTaken, ValidationFailed
from idp.users.registration import ask_to_register, complete_registration
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.errors import Problem, show
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect
from idp.words import N_

FIELDS = ("username", "email", "name")
TOO_MANY = N_("Too many attempts from your network. Please wait a few minutes.")
TAKEN_MEANWHILE = {
    "username": Problem(
        status=409,
        error="invalid_request",
        text="The user name was taken meanwhile.",
        title=N_("This user name was taken meanwhile"),
        message=N_(
            "Somebody else was faster. Create your account once more, with another user name."
        ),
        has_way_on=True,
    ),
    "email": Problem(
        status=409,
        error="invalid_request",
        text="There is an account with this email address.",
        title=N_("You have an account already"),
        message=N_(
            "There is an account with this email address. Sign in, or set a new password if "
            "you have forgotten yours."
        ),
        has_way_on=True,
    ),
}


def register(provider: Provider, http: HttpRequest) -> Response:
    """Make an account and go to its page."""
    return _register(provider, http, None)


def register_for_request(provider: Provider, http: HttpRequest) -> Response:
    """Make an account and return to the request, signed in."""
    return _register(provider, http, find_waiting(provider, http))


def _register(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    if not provider.config.registration.is_open:
        raise HTTPException(404, N_("Accounts are made by administrators here."))
    if http.method == "GET":
        return _show(provider, http, waiting, {}, status=200)
    csrf.check(http, provider.config.issuer)
    try:
        throttle.take_from_address(log.client_address() or "", provider.config.throttle)
        if provider.config.registration.verify_email:
            return _ask(provider, http, waiting)
        user = _create(provider, http)
    except ValidationFailed as failure:
        return _show(provider, http, waiting, dict(failure.errors), status=422)
    except Throttled as throttled:
        errors, retry_after = {"form": TOO_MANY}, throttled.retry_after
        return _show(provider, http, waiting, errors, status=429, retry_after=retry_after)
    return proven(provider, http, Destination(waiting), user, frozenset({Method.PASSWORD}))


def complete(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, proof: MailProof
) -> Response:
    """Make the account of who has proven the address, and sign them in if they began here.

    Whoever opens the link elsewhere may be somebody who never asked, and goes by the login page.
    """
    try:
        user = complete_registration(provider.config, proof)
    except NameTaken as taken:
        return show(provider, TAKEN_MEANWHILE[taken.field])
    if proof.browser_digest is None or not http.browser.matches(proof.browser_digest):
        return redirect(provider, http, provider.url(paths.DONE, "registered"))
    return proven(provider, http, Destination(waiting), user, frozenset({Method.PASSWORD}))


def _ask(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    values = typed(http)
    flow = ask_to_register(
        provider.hasher,
        provider.config,
        http.browser,
        username=values["username"],
        email=values["email"],
        name=values["name"],
        password=http.form.get("password") or "",
    )
    check_mail = url_beside(provider, http, waiting, paths.CHECK_MAIL, flow.reveal())
    return redirect(provider, http, check_mail)


def _create(provider: Provider, http: HttpRequest) -> User:
    values = typed(http)
    return registration.register(
        provider.hasher,
        provider.config,
        username=values["username"],
        email=values["email"],
        name=values["name"],
        password=http.form.get("password") or "",
    )


def typed(http: HttpRequest) -> dict[str, str]:
    """Give what a person typed, to show it again; never the password."""
    return {name: http.form.get(name) or "" for name in FIELDS}


def _prefill(waiting: Waiting | None) -> dict[str, str]:
    """Fill in the client's login_hint, as an email address or a user name by its form."""
    hint = waiting.request.login_hint if waiting else None
    return {"email" if "@" in hint else "username": hint} if hint else {}


def _show(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting | None,
    errors: dict[str, str],
    *,
    status: int,
    retry_after: int = 0,
) -> Response:
    return page(
        provider,
        http,
        "register.html",
        status=status,
        retry_after=retry_after,
        client=waiting.client if waiting else None,
        values=typed(http) if http.method == "POST" else _prefill(waiting),
        errors=errors,
        min_length=provider.config.passwords.min_length,
        login_url=url_beside(provider, http, waiting, paths.LOGIN),
    )
