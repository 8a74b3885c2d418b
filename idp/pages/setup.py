"""The set-up page, behind the one-time link that the first start prints."""

from starlette.responses import Response

from idp.authenticators.proof import Method
from idp.pages.register import typed
from idp.pages.sign_in import Destination, proven
from idp.users.names import ValidationFailed
from idp.users.setup import SetupLinkInvalid, check_setup_link, complete_setup
from idp.web import csrf
from idp.web.errors import Problem, show
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page
from idp.words import N_

INVALID_LINK = Problem(
    status=410,
    error="invalid_request",
    text="The set-up link is not good any more.",
    title=N_("This set-up link is not good any more"),
    message=N_(
        "If you have made your account with it, sign in. If not, it is older than a day: start "
        "the server again to get a new one."
    ),
    has_way_on=True,
)


def setup(provider: Provider, http: HttpRequest) -> Response:
    """Make the account of the first administrator."""
    try:
        check_setup_link(http.path_params["token"])
        if http.method == "GET":
            return _show(provider, http, {}, status=200)
        csrf.check(http, provider.config.issuer)
        return _complete(provider, http)
    except SetupLinkInvalid:
        return show(provider, INVALID_LINK)


def _complete(provider: Provider, http: HttpRequest) -> Response:
    values = typed(http)
    try:
        user = complete_setup(
            provider.hasher,
            provider.config,
            http.path_params["token"],
            username=values["username"],
            email=values["email"],
            name=values["name"],
            password=http.form.get("password") or "",
        )
    except ValidationFailed as failure:
        return _show(provider, http, dict(failure.errors), status=422)
    return proven(provider, http, Destination(), user, frozenset({Method.PASSWORD}))


def _show(
    provider: Provider, http: HttpRequest, errors: dict[str, str], *, status: int
) -> Response:
    return page(
        provider,
        http,
        "setup.html",
        status=status,
        values=typed(http),
        errors=errors,
        min_length=provider.config.passwords.min_length,
    )
