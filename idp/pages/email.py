"""The page of a person's email address: proven, changed, and changed back."""

from starlette.responses import Response

from idp import paths
from idp.pages.confirm import first_confirm
from idp.pages.interaction import Waiting, who_is_signed_in
from idp.pages.tasks import Task
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User
from idp.users import email_address
from idp.users.names import NameTaken, ValidationFailed
from idp.users.recovery import begin_at_once
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.errors import Problem, show
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect
from idp.words import N_

SIGN_IN_FIRST = Problem(
    status=403,
    error="invalid_request",
    text="Sign in first.",
    title=N_("Sign in first"),
    message=N_(
        "Sign in with the account that is to have this address. Then open the link in the mail "
        "once more."
    ),
    has_way_on=True,
)
TAKEN_MEANWHILE = Problem(
    status=409,
    error="invalid_request",
    text="There is another account with this email address.",
    title=N_("This address has another account"),
    message=N_(
        "Your account keeps the address that it had. If the other account is yours, too, sign "
        "in to that one."
    ),
    has_way_on=True,
)


def email(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or mail what proves the address."""
    if http.method == "POST":
        csrf.check(http, provider.config.issuer)
    signed_in = who_is_signed_in(provider, http)
    if signed_in is None:
        return redirect(provider, http, provider.url(paths.LOGIN))
    if (response := first_confirm(provider, http, signed_in, Task.EMAIL)) is not None:
        return response
    if http.method == "GET":
        return _show(provider, http, signed_in.user)
    return _submit(provider, http, signed_in.user)


def _submit(provider: Provider, http: HttpRequest, user: User) -> Response:
    try:
        if http.form.get("decision") == "verify":
            flow = email_address.ask_to_verify(provider.config, http.browser, user)
        else:
            typed = http.form.get("email") or ""
            flow = email_address.ask_to_change(provider.config, http.browser, user, typed)
    except ValidationFailed as failure:
        return _show(provider, http, user, status=422, error=failure.errors["email"])
    except Throttled as throttled:
        return _show(provider, http, user, status=429, retry_after=throttled.retry_after)
    return redirect(provider, http, provider.url(paths.CHECK_MAIL, flow.reveal()))


def verify(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, proof: MailProof
) -> Response:
    """Note that the person reads what is mailed to their address."""
    user = email_address.verify(proof)
    if _is_signed_in(provider, http, user.user_id):
        return redirect(provider, http, provider.url(paths.EMAIL))
    return redirect(provider, http, provider.url(paths.DONE, "verified"))


def change(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, proof: MailProof
) -> Response:
    """Give the account the address, if its person is the one who presses the button."""
    if not _is_signed_in(provider, http, proof.user_id):
        return show(provider, SIGN_IN_FIRST)
    try:
        email_address.change(provider.config, proof)
    except NameTaken:
        return show(provider, TAKEN_MEANWHILE)
    return redirect(provider, http, provider.url(paths.EMAIL))


def undo(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, proof: MailProof
) -> Response:
    """Take a change back, and let the person choose a password that the other does not know."""
    user = email_address.undo(proof)
    link = begin_at_once(user)
    return redirect(provider, http, provider.url(paths.MAIL_LINK, link.reveal()))


def _is_signed_in(provider: Provider, http: HttpRequest, user_id: str | None) -> bool:
    signed_in = who_is_signed_in(provider, http)
    return signed_in is not None and signed_in.user.user_id == user_id


def _show(
    provider: Provider,
    http: HttpRequest,
    user: User,
    *,
    status: int = 200,
    error: str | None = None,
    retry_after: int = 0,
) -> Response:
    response = page(
        provider,
        http,
        "email.html",
        status=status,
        user=user,
        typed=http.form.get("email") or "",
        error=error,
        retry_after=retry_after,
    )
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
