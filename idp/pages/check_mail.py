"""The page on which a code from a mail is typed, in the browser that asked for it."""

from starlette.responses import Response

from idp import audit, paths
from idp.audit import EventName
from idp.oauth2.errors import SignInOver
from idp.pages.interaction import Waiting, find_waiting, go_on, url_beside, who_is_signed_in
from idp.pages.mail_acts import CODE_ACTS, FORMS
from idp.storage.mail_proofs import MailProof
from idp.users import mail_proofs
from idp.users.mail_proofs import ProofOver, Purpose, WrongCode
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


def check_mail(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or check the code and do what it was for."""
    if http.method == "POST":
        csrf.check(http, provider.config.issuer)
    proof = mail_proofs.find_by_flow(http.path_params["flow"], http.browser)
    waiting = _find_waiting(provider, http)
    if mail_proofs.is_known_to_be_spent(proof):
        return _go_on(provider, http, waiting)
    if http.method == "GET":
        return _show(provider, http, waiting, proof)
    return _submit(provider, http, waiting, proof)


def _submit(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, proof: MailProof
) -> Response:
    code = http.form.get("code") or ""
    try:
        proof = mail_proofs.check_code(http.path_params["flow"], http.browser, code)
    except WrongCode as wrong:
        audit.record(EventName.MAIL_CODE_WRONG, user_id=proof.user_id, purpose=proof.purpose)
        return _show(provider, http, waiting, proof, status=401, tries_left=wrong.tries_left)
    purpose = Purpose(proof.purpose)
    if purpose in FORMS:
        link = mail_proofs.give_link(proof)
        form = url_beside(provider, http, waiting, paths.MAIL_LINK, link.reveal())
        return redirect(provider, http, form)
    if purpose not in CODE_ACTS:
        raise ProofOver
    return CODE_ACTS[purpose](provider, http, waiting, proof)


def _find_waiting(provider: Provider, http: HttpRequest) -> Waiting | None:
    """Find the request that waits; a mail may take longer than that does."""
    if "interaction" not in http.path_params:
        return None
    try:
        return find_waiting(provider, http)
    except SignInOver:
        return None


def _go_on(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    """Leave a page whose proof was given, maybe by the link and in another tab."""
    if who_is_signed_in(provider, http) is None:
        return redirect(provider, http, url_beside(provider, http, waiting, paths.LOGIN))
    if waiting is not None:
        return go_on(provider, http)
    return redirect(provider, http, provider.url(paths.ACCOUNT))


def _show(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting | None,
    proof: MailProof,
    *,
    status: int = 200,
    tries_left: int | None = None,
) -> Response:
    return page(
        provider,
        http,
        "check_mail.html",
        status=status,
        client=waiting.client if waiting else None,
        purpose=proof.purpose,
        tries_left=tries_left,
    )
