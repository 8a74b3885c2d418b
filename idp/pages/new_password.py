"""The page on which a person who has forgotten the password chooses another; it signs nobody in."""

from starlette.responses import Response

from idp import paths
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User
from idp.users.names import ValidationFailed
from idp.users.recovery import recover, who_recovers
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


def new_password(provider: Provider, http: HttpRequest, proof: MailProof) -> Response:
    """Show the page, or set the password, which spends the proof, and lead to the login page."""
    user = who_recovers(proof)
    if http.method == "GET":
        return _show(provider, http, user)
    password = http.form.get("new_password") or ""
    try:
        recover(provider.hasher, provider.config, http.path_params["link"], password)
    except ValidationFailed as failure:
        return _show(provider, http, user, status=422, error=failure.errors["password"])
    waiting = http.path_params.get("interaction")
    segments = ["recovered"] if waiting is None else ["recovered", waiting]
    return redirect(provider, http, provider.url(paths.DONE, *segments))


def _show(
    provider: Provider,
    http: HttpRequest,
    user: User,
    *,
    status: int = 200,
    error: str | None = None,
) -> Response:
    return page(
        provider,
        http,
        "new_password.html",
        status=status,
        user=user,
        error=error,
        min_length=provider.config.passwords.min_length,
    )
