"""Pages on which a person names an account, whose owner is mailed (OWASP Forgot Password).

They answer alike whether or not there is such an account.
"""

from collections.abc import Callable

from starlette.responses import Response

from idp import paths
from idp.pages.interaction import Waiting, url_beside
from idp.secret import Secret
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import page, redirect


def answer(
    provider: Provider,
    http: HttpRequest,
    waiting: Waiting | None,
    template: str,
    ask: Callable[[str], Secret],
    *,
    hint: str = "",
    **context: object,
) -> Response:
    """Show the page, or mail whose name was typed, and go on to where the code is typed.

    `ask` takes the name, and gives the id that the browser carries; it may raise Throttled.
    """
    typed = http.form.get("username") or ""

    def show(status: int = 200, error: str | None = None, retry_after: int = 0) -> Response:
        return page(
            provider,
            http,
            template,
            status=status,
            retry_after=retry_after,
            client=waiting.client if waiting else None,
            username=typed or hint,
            error=error,
            login_url=url_beside(provider, http, waiting, paths.LOGIN),
            **context,
        )

    if http.method == "GET":
        return show()
    csrf.check(http, provider.config.issuer)
    if not typed.strip():
        return show(422, "missing")
    try:
        flow = ask(typed)
    except Throttled as throttled:
        return show(429, "throttled", throttled.retry_after)
    check_mail = url_beside(provider, http, waiting, paths.CHECK_MAIL, flow.reveal())
    return redirect(provider, http, check_mail)
