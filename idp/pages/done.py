"""The page that says what was done where nobody is signed in, and leads to the login page."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp import paths
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page
from idp.words import N_

DONE = frozenset({"recovered", "registered", "verified"})


def done(provider: Provider, http: HttpRequest) -> Response:
    """Say it; whoever opens the address without having done it is told nothing of anybody."""
    what, waiting = http.path_params["what"], http.path_params.get("interaction")
    if what not in DONE:
        raise HTTPException(404, N_("Nothing of this name can be done."))
    segments = [waiting] if waiting else []
    login_url = provider.url(paths.LOGIN, *segments)
    return page(provider, http, "done.html", what=what, login_url=login_url)
