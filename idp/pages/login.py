"""The login page: on its own, or as a step of an authorization request (OIDC Core §3.1.2.3)."""

from datetime import timedelta

from starlette.responses import Response

from idp import log, paths
from idp.authenticators import password as password_authenticator
from idp.authenticators.passkey import UnknownPasskey
from idp.authenticators.proof import InvalidCredentials, Method, proofs_in
from idp.authenticators.steps import Needed
from idp.authorization.consent import ConsentRequired
from idp.authorization.facts import find_facts
from idp.authorization.interaction import (
    Facts,
    Granted,
    LoginReason,
    LoginRequired,
    next_step,
)
from idp.pages import passkey_form
from idp.pages.interaction import Waiting, find_waiting, go_on, note, url_beside, who_is_signed_in
from idp.pages.sign_in import (
    KEEP,
    Destination,
    ask_for_more,
    missing_proof,
    proven,
    wants_to_be_kept,
)
from idp.storage.users import User
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.accounts import accounts_in
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import allow_passkeys, page, redirect

# A password that was typed longer ago is asked for again (NIST SP 800-63B-4 §2.2.3).
GOOD_FOR_STEP_UP = timedelta(hours=24)


def login(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or check what was typed into it, and go on to the person's account."""
    if http.method == "GET":
        if who_is_signed_in(provider, http) is not None:
            return redirect(provider, http, provider.url(paths.ACCOUNT))
        if http.other_sessions and accounts_in(provider, http):
            return redirect(provider, http, provider.url(paths.SELECT_ACCOUNT))
        return _show(provider, http, None)
    return _submit(provider, http, None)


def add_account(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or sign another person in beside those who are signed in."""
    if http.method == "GET":
        signed_in = who_is_signed_in(provider, http)
        return _show(provider, http, None, continue_as=signed_in.user if signed_in else None)
    return _submit(provider, http, None)


def login_for_request(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or check what was typed into it, and return to the request."""
    waiting = find_waiting(provider, http)
    if http.method == "POST":
        return _submit(provider, http, waiting)
    config = provider.config.login_sessions
    facts = find_facts(
        config, waiting.request, http.session, http.other_sessions, waiting.interaction
    )
    match next_step(facts):
        case LoginRequired(LoginReason.ACR):
            return _step_up(provider, http, waiting, facts)
        case LoginRequired(reason):
            username = _prefill(waiting, reason, facts.user)
            return _show(provider, http, waiting, username=username, reason=reason)
        case ConsentRequired() | Granted():  # nobody has to: the person wants another account
            username, user = _prefill(waiting, None, None), facts.user
            return _show(provider, http, waiting, username=username, continue_as=user)
        case _:
            return _show(provider, http, waiting, username=_prefill(waiting, None, None))


def _submit(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    csrf.check(http, provider.config.issuer)
    if waiting is not None and http.form.get("decision") == "cancel":
        note(waiting, is_denied=True)
        return go_on(provider, http)
    if passkey_form.is_answered(http):
        return _submit_passkey(provider, http, waiting)
    username = http.form.get("username") or ""
    try:
        user = password_authenticator.verify(
            provider.hasher,
            provider.config.throttle,
            username,
            http.form.get("password") or "",
            log.client_address() or "",
            client_id=waiting.request.client.client_id if waiting else None,
        )
    except InvalidCredentials:
        return _show(provider, http, waiting, status=401, username=username, error="invalid")
    except Throttled as error:
        return _throttled(provider, http, waiting, username, error.retry_after)
    is_kept = wants_to_be_kept(provider, http)
    proofs = frozenset({Method.PASSWORD})
    return proven(provider, http, Destination(waiting), user, proofs, is_kept=is_kept)


def _submit_passkey(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    """Sign in whoever holds the passkey; the name that was typed does not matter."""
    destination = Destination(waiting)
    try:
        user = passkey_form.verify_answer(provider, http, client_id=destination.client_id)
    except UnknownPasskey as unknown:
        forget = passkey_form.to_forget(provider, unknown)
        return _show(provider, http, waiting, status=401, error="passkey", forget=forget)
    except InvalidCredentials:
        return _show(provider, http, waiting, status=401, error="passkey")
    except Throttled as error:
        return _throttled(provider, http, waiting, "", error.retry_after)
    is_kept, proofs = wants_to_be_kept(provider, http), frozenset({Method.PASSKEY})
    return proven(provider, http, destination, user, proofs, is_kept=is_kept)


def _step_up(provider: Provider, http: HttpRequest, waiting: Waiting, facts: Facts) -> Response:
    """Ask for what is missing alone, if the rest was proven not long ago."""
    login_session, user = facts.login_session, facts.user
    assert login_session is not None
    assert user is not None
    if facts.now - login_session.auth_time < GOOD_FOR_STEP_UP:
        destination, proofs = Destination(waiting), proofs_in(login_session.amr)
        if proofs and isinstance(missing_proof(provider, destination, user, proofs), Needed):
            return ask_for_more(provider, http, destination, user, proofs)
    return _show(provider, http, waiting, username=user.username, reason=LoginReason.ACR)


def _throttled(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting | None,
    username: str,
    retry_after: int,
) -> Response:
    return _show(
        provider,
        http,
        waiting,
        status=429,
        username=username,
        error="throttled",
        retry_after=retry_after,
    )


def _show(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting | None,
    *,
    status: int = 200,
    username: str = "",
    error: str | None = None,
    reason: LoginReason | None = None,
    retry_after: int = 0,
    forget: str | None = None,
    continue_as: User | None = None,
) -> Response:
    response = page(
        provider,
        http,
        "login.html",
        status=status,
        client=waiting.client if waiting else None,
        username=username,
        error=error,
        retry_after=retry_after,
        reason=reason,
        register_url=_register_url(provider, http, waiting),
        recover_url=url_beside(provider, http, waiting, paths.RECOVER),
        email_code_url=_email_code_url(provider, http, waiting),
        can_cancel=waiting is not None,
        offers_to_keep=provider.config.login_sessions.keep_signed_in,
        is_kept=http.form.get(KEEP) is not None,
        passkey_request=passkey_form.question(provider, http),
        passkey_to_forget=forget,
        last_method=http.last_method,
        continue_as=continue_as,
        continue_url=_continue_url(provider, http, waiting),
    )
    return allow_passkeys(response)


def _prefill(waiting: Waiting, reason: LoginReason | None, user: User | None) -> str:
    """Fill in the client's login_hint, or who has to sign in again."""
    if waiting.request.login_hint is not None:
        return waiting.request.login_hint
    is_again = reason in (LoginReason.PROMPT_LOGIN, LoginReason.MAX_AGE)
    return user.username if user and is_again else ""


def _register_url(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> str | None:
    if not provider.config.registration.is_open:
        return None
    return url_beside(provider, http, waiting, paths.REGISTER)


def _email_code_url(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> str | None:
    if not provider.config.sign_in.email_code:
        return None
    return url_beside(provider, http, waiting, paths.EMAIL_CODE)


def _continue_url(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> str:
    """Lead whoever is signed in back to where they came from."""
    path = paths.ACCOUNT if waiting is None else paths.AUTHORIZATION
    return url_beside(provider, http, waiting, path)
