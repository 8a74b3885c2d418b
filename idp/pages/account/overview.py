"""The first of a person's own pages: who they are here, and where everything is."""

from starlette.responses import Response

from idp.pages.account.frame import show
from idp.users import consents, login_sessions
from idp.users.login_sessions import SignedIn
from idp.web.provider import Provider
from idp.web.request import HttpRequest


def overview(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page."""
    user = signed_in.user
    alive = login_sessions.list_alive(user.user_id, provider.config.login_sessions)
    return show(
        provider,
        http,
        "overview.html",
        user,
        device_count=len(alive),
        connection_count=len(consents.list_connections(user.user_id)),
    )
