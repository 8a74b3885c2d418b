"""The page behind the link in a mail. To open it does nothing: mail scanners open links."""

from starlette.responses import Response

from idp.pages.mail_acts import ACTS, FORMS
from idp.storage.mail_proofs import MailProof
from idp.users import mail_proofs
from idp.users.mail_proofs import ProofOver, Purpose
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page


def mail_link(provider: Provider, http: HttpRequest) -> Response:
    """Show what the link is for, or do it."""
    if http.method == "POST":
        csrf.check(http, provider.config.issuer)
    proof = mail_proofs.find_by_link(http.path_params["link"])
    purpose = Purpose(proof.purpose)
    if purpose in FORMS:
        return FORMS[purpose](provider, http, proof)
    if purpose not in ACTS:
        raise ProofOver
    if http.method == "GET":
        return _show(provider, http, proof)
    return ACTS[purpose](provider, http, None, proof)


def _show(provider: Provider, http: HttpRequest, proof: MailProof) -> Response:
    return page(
        provider,
        http,
        "mail_link.html",
        purpose=proof.purpose,
        email=proof.email,
        username=proof.data.get("username"),
    )
