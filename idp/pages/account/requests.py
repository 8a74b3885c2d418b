"""What apps ask a person who is elsewhere, and the code that they need for that (CIBA Core §8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from idp import paths
from idp.clients.model import Client
from idp.clients.registration import find_clients
from idp.pages.account.frame import show
from idp.pages.account.moments import in_words
from idp.storage.polled_requests import PolledRequest, list_waiting_for
from idp.storage.users import User
from idp.users.login_sessions import SignedIn
from idp.users.names import ValidationFailed
from idp.users.user_codes import change_user_code, remove_user_code
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request in words."""

    host: str
    name: str
    binding_message: str | None
    until: str
    answer_url: str


def requests(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page, or keep the code that was chosen; requests are answered as sign-ins are."""
    if http.method == "GET":
        return _show(provider, http, signed_in.user)
    try:
        change_user_code(provider.hasher, signed_in.user, http.form.get("user_code") or "")
    except ValidationFailed as failure:
        return _show(provider, http, signed_in.user, failure.errors["user_code"], status=422)
    return redirect(provider, http, provider.url(paths.REQUESTS))


def remove_code(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Let apps ask without a code again."""
    remove_user_code(signed_in.user)
    return redirect(provider, http, provider.url(paths.REQUESTS))


def _show(
    provider: Provider,
    http: HttpRequest,
    user: User,
    error: str | None = None,
    *,
    status: int = 200,
) -> Response:
    waiting = list_waiting_for(user.user_id)
    clients = find_clients({each.client_id for each in waiting})
    views = _views(provider, waiting, clients, user)
    has_user_code = user.user_code_hash is not None
    return show(
        provider,
        http,
        "requests.html",
        user,
        status=status,
        requests=views,
        error=error,
        has_user_code=has_user_code,
    )


def _views(
    provider: Provider, waiting: Sequence[PolledRequest], clients: Mapping[str, Client], user: User
) -> list[RequestView]:
    known = [each for each in waiting if each.client_id in clients]
    return [
        RequestView(
            host=(view := view_of(clients[each.client_id])).host,
            name=view.name,
            binding_message=each.binding_message,
            until=in_words(each.expires_at, user),
            answer_url=provider.url(paths.REQUEST, each.public_id),
        )
        for each in known
    ]
