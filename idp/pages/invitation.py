"""The page on which a person who was invited makes their account."""

from collections.abc import Mapping

from starlette.responses import Response

from idp.authenticators.proof import Method
from idp.pages.register import typed
from idp.pages.sign_in import Destination, proven
from idp.storage.mail_proofs import MailProof
from idp.users.invitations import accept, who_is_invited
from idp.users.names import ValidationFailed
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page


def invitation(provider: Provider, http: HttpRequest, proof: MailProof) -> Response:
    """Show the page, or make the account, which spends the proof."""
    email = who_is_invited(provider.config, proof)
    if http.method == "GET":
        return _show(provider, http, email, {"name": proof.data["name"] or ""})
    values = typed(http)
    try:
        user = accept(
            provider.hasher,
            provider.config,
            http.path_params["link"],
            username=values["username"],
            name=values["name"],
            password=http.form.get("password") or "",
        )
    except ValidationFailed as failure:
        return _show(provider, http, email, values, failure.errors, status=422)
    return proven(provider, http, Destination(), user, frozenset({Method.PASSWORD}))


def _show(
    provider: Provider,
    http: HttpRequest,
    email: str,
    values: Mapping[str, str],
    errors: Mapping[str, str] = {},  # nobody changes it
    *,
    status: int = 200,
) -> Response:
    return page(
        provider,
        http,
        "invitation.html",
        status=status,
        email=email,
        values=values,
        errors=errors,
        min_length=provider.config.passwords.min_length,
    )
