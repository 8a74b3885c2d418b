"""What apps ask a person who is elsewhere, and what waits for their answer (CIBA Core §8)."""

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
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request in words."""

    host: str
    name: str
    binding_message: str | None
    until: str
    answer_url: str


def requests(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page; each request is answered on the pages of a sign-in."""
    user = signed_in.user
    waiting = list_waiting_for(user.user_id)
    clients = find_clients({each.client_id for each in waiting})
    views = _views(provider, waiting, clients, user)
    return show(provider, http, "requests.html", user, requests=views)


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
