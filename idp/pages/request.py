"""Where a person is led who is asked by a client that waits elsewhere (CIBA Core §8)."""

from starlette.responses import Response

from idp import paths
from idp.authorization import pending
from idp.oauth2.errors import SignInOver
from idp.oauth2.parameters import Parameters
from idp.storage.polled_requests import PolledRequest, find_polled_request
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect


def request(provider: Provider, http: HttpRequest) -> Response:
    """Lead whoever opens the link of a mail to the steps of the request, signing in first.

    Nothing is decided by that. The request says whom it is about; anybody else cannot allow it.
    """
    polled = _find(http.path_params["request"])
    if polled is None or polled.user_id is None or polled.is_decided or polled.has_expired:
        raise SignInOver("this sign-in has expired or is finished")
    return begin(provider, http, polled)


def begin(provider: Provider, http: HttpRequest, polled: PolledRequest) -> Response:
    """Let a person take the steps of a request that its client polls for."""
    interaction_id = pending.store(
        provider.config.protocol,
        Parameters((name, value) for name, value in polled.parameters),
        polled.client_id,
        http.browser,
        polled_digest=polled.code_digest,
    )
    location = provider.url(paths.AUTHORIZATION, interaction_id.reveal())
    return redirect(provider, http, location)


def _find(public_id: str) -> PolledRequest | None:
    try:
        return find_polled_request(bytes.fromhex(public_id))
    except ValueError:
        return None
