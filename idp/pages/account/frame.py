"""What a person's own pages have in common: they are for who is signed in, and look alike."""

from collections.abc import Callable

from starlette.responses import Response

from idp import paths
from idp.pages.interaction import who_is_signed_in
from idp.storage.users import User
from idp.users.login_sessions import SignedIn
from idp.web import csrf
from idp.web.adapter import Handler
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect

Act = Callable[[Provider, HttpRequest, SignedIn], Response]


def own(act: Act) -> Handler:
    """Make a page of a function that is told who is signed in; anybody else signs in first."""

    def handle(provider: Provider, http: HttpRequest) -> Response:
        if http.method == "POST":
            csrf.check(http, provider.config.issuer)
        signed_in = who_is_signed_in(provider, http)
        if signed_in is None:
            return redirect(provider, http, provider.url(paths.LOGIN))
        return act(provider, http, signed_in)

    return handle


def show(
    provider: Provider,
    http: HttpRequest,
    template: str,
    user: User,
    *,
    status: int = 200,
    **context: object,
) -> Response:
    """Show a page in the frame of the account."""
    response = page(
        provider,
        http,
        f"account/{template}",
        status=status,
        retry_after=0,
        user=user,
        picture_path=own_picture(provider, user),
        **context,
    )
    return share_no_window(response)


def alone(handler: Handler) -> Handler:
    """Let a page that looks otherwise share no window either."""
    return lambda provider, http: share_no_window(handler(provider, http))


def share_no_window(response: Response) -> Response:
    """Give no page a hold on this one that has opened it, or was opened by it.

    Not on the pages of a sign-in, which a client may have opened in a window of its own.
    """
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def own_picture(provider: Provider, user: User) -> str | None:
    """Give the path of a person's picture, if it is on this server: pages load no other."""
    picture = (user.claims or {}).get("picture", "")
    ours = f"{provider.config.issuer}{paths.PICTURES}/"
    return picture.removeprefix(provider.config.issuer) if picture.startswith(ours) else None
