"""Requests that a client's page sends as a form (OIDC Core §3.1.2.1, RP-Initiated Logout §2)."""

from urllib.parse import urlencode

from starlette.responses import Response

from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import PAGE_HEADERS


def ask_again_by_get(provider: Provider, http: HttpRequest, path: str) -> Response:
    """Let the browser send the same request once more, with our cookies this time.

    Another site's POST comes without them (SameSite=Lax), a GET brings them. So this answer must
    not set any: a browser that seems to be new may have several sign-ins open in other tabs.
    """
    location = f"{provider.url(path)}?{urlencode(http.form.pairs)}"
    return Response(status_code=303, headers=PAGE_HEADERS | {"Location": location})
