"""The page on which a person asks for a code by mail, to sign in with instead of a password."""

import math

from starlette.responses import Response

from idp import paths
from idp.authenticators import email_code as authenticator
from idp.authenticators.proof import Method
from idp.pages.interaction import Waiting, find_waiting
from idp.pages.sign_in import KEEP, Destination, proven, wants_to_be_kept
from idp.storage.mail_proofs import MailProof
from idp.users.mail_proofs import ProofOver
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


def email_code(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or mail a code to whose name was typed, if there is such a person."""
    return _email_code(provider, http, None)


def email_code_for_request(provider: Provider, http: HttpRequest) -> Response:
    """Do the same for a person whom a client waits for."""
    return _email_code(provider, http, find_waiting(provider, http))


def complete(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, proof: MailProof
) -> Response:
    """Go on with who has typed the code."""
    if not provider.config.sign_in.email_code:  # since it was asked for
        raise ProofOver
    is_kept = bool(proof.data.get(authenticator.KEPT))
    user = authenticator.verify(proof)
    proofs = frozenset({Method.EMAIL_CODE})
    return proven(provider, http, Destination(waiting), user, proofs, is_kept=is_kept)


def _email_code(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    if http.method == "GET":
        hint = waiting.request.login_hint if waiting else None
        return _show(provider, http, waiting, username=hint or "")
    csrf.check(http, provider.config.issuer)
    typed = http.form.get("username") or ""
    if not typed.strip():
        return _show(provider, http, waiting, status=422, error="missing")
    is_kept = wants_to_be_kept(provider, http)
    try:
        flow = authenticator.ask(provider.config, http.browser, typed, is_kept=is_kept)
    except Throttled as error:
        minutes = math.ceil(error.retry_after / 60)
        response = _show(
            provider, http, waiting, status=429, username=typed, error="throttled", minutes=minutes
        )
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return redirect(provider, http, _url(provider, http, waiting, paths.CHECK_MAIL, flow.reveal()))


def _show(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting | None,
    *,
    status: int = 200,
    username: str = "",
    error: str | None = None,
    minutes: int = 0,
) -> Response:
    return page(
        provider,
        http,
        "email_code.html",
        status=status,
        client=waiting.client if waiting else None,
        username=username,
        error=error,
        retry_after_minutes=minutes,
        offers_to_keep=provider.config.login_sessions.keep_signed_in,
        is_kept=http.form.get(KEEP) is not None,
        login_url=_url(provider, http, waiting, paths.LOGIN),
    )


def _url(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, path: str, *segments: str
) -> str:
    """Give the path of a page for the same request, if one waits."""
    own = [http.path_params["interaction"]] if waiting else []
    return provider.url(path, *segments, *own)
