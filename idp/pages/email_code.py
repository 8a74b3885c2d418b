"""The page on which a person asks for a code by mail, to sign in with instead of a password."""

from starlette.responses import Response

from idp.authenticators import email_code as authenticator
from idp.authenticators.proof import Method
from idp.pages import mail_request
from idp.pages.interaction import Waiting, find_waiting
from idp.pages.sign_in import KEEP, Destination, proven, wants_to_be_kept
from idp.secret import Secret
from idp.storage.mail_proofs import MailProof
from idp.users.mail_proofs import ProofOver
from idp.web.provider import Provider
from idp.web.request import HttpRequest


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
    def ask(typed: str) -> Secret:
        is_kept = wants_to_be_kept(provider, http)
        return authenticator.ask(provider.config, http.browser, typed, is_kept=is_kept)

    return mail_request.answer(
        provider,
        http,
        waiting,
        "email_code.html",
        ask,
        hint=(waiting.request.login_hint or "") if waiting else "",
        offers_to_keep=provider.config.login_sessions.keep_signed_in,
        is_kept=http.form.get(KEEP) is not None,
    )
