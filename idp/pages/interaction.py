"""What the pages of a sign-in share: the request that waits, and the way back to it."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from idp import paths
from idp.authorization import pending
from idp.authorization.polled import request_of
from idp.authorization.request import AuthorizationRequest
from idp.storage.interactions import Interaction, note_act
from idp.storage.login_sessions import LoginSession
from idp.users import login_sessions
from idp.users.login_sessions import SignedIn
from idp.web.clients import ClientView, view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect


@dataclass(frozen=True, slots=True)
class Waiting:
    """An authorization request, and the stored facts about it."""

    interaction: Interaction
    request: AuthorizationRequest

    @property
    def client(self) -> ClientView:
        """Who asks."""
        request = self.request
        return view_of(request.client, None if request.polled else request.redirect_uri)


def find_waiting(provider: Provider, http: HttpRequest) -> Waiting:
    """Find the request that this page is about.

    Raises SignInOver if it has expired, belongs to another browser, or is good no more because
    its client was changed meanwhile.
    """
    restore = pending.restore_to_answer if http.method == "POST" else pending.restore
    interaction = restore(http.path_params["interaction"], http.browser)
    request = request_of(interaction, provider.rules)
    provider.templates.languages.prefer(pending.parameters_of(interaction).get("ui_locales"))
    return Waiting(interaction, request)


def note(waiting: Waiting, **act: Any) -> None:
    """Note what the person did."""
    note_act(waiting.interaction.id_digest, **act)


def note_sign_in(waiting: Waiting, login_session: LoginSession) -> None:
    """Note that a person signed in for this request, which is then about them."""
    note(waiting, authenticated_sid=login_session.sid, selected_sid=login_session.sid)


def go_on(provider: Provider, http: HttpRequest) -> Response:
    """Return to the dispatcher."""
    location = provider.url(paths.AUTHORIZATION, http.path_params["interaction"])
    return redirect(provider, http, location)


def url_beside(
    provider: Provider, http: HttpRequest, waiting: Waiting | None, path: str, *segments: str
) -> str:
    """Give the address of another page for the same request, if one waits."""
    own = [http.path_params["interaction"]] if waiting else []
    return provider.url(path, *segments, *own)


def who_is_signed_in(provider: Provider, http: HttpRequest) -> SignedIn | None:
    """Find who is signed in in this browser."""
    session_id = http.session.reveal() if http.session else None
    return login_sessions.find(session_id, provider.config.login_sessions)
