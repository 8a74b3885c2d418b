"""The URLs of the playground, and how an async page becomes an endpoint."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from idp.pages.playground import steps, tokens
from idp.pages.playground.runs import Runs
from idp.pages.playground.visit import Visit
from idp.pages.playground.wire import Wire
from idp.paths import PLAYGROUND
from idp.web import csrf, errors
from idp.web.cookies import Cookies
from idp.web.provider import Provider
from idp.web.request import read

Step = Callable[[Visit], Awaitable[Response]]

# What a browser may open, or be sent to: the answer of the server, and a sign-in that others have
# asked for, come as a GET or as a form.
PAGES: tuple[tuple[str, Step, tuple[str, ...]], ...] = (
    ("", steps.start, ("GET",)),
    ("/callback", steps.callback, ("GET", "POST")),
    ("/initiate", steps.initiate, ("GET", "POST")),
    ("/steps", steps.show, ("GET",)),
)

# What only a form on these pages may do.
ACTIONS: tuple[tuple[str, Step], ...] = (
    ("/authorize", steps.authorize),
    ("/exchange", tokens.exchange),
    ("/userinfo", tokens.userinfo),
    ("/refresh", tokens.refresh),
    ("/introspect", tokens.introspect),
    ("/revoke", tokens.revoke),
    ("/logout", steps.log_out),
    ("/restart", steps.restart),
)


def routes(provider: Provider) -> list[BaseRoute]:
    """Give the routes; the walks through them live as long as the application."""
    runs = Runs()
    pages = (
        Route(PLAYGROUND + path, _adapt(provider, runs, step), methods=methods)
        for path, step, methods in PAGES
    )
    actions = (
        Route(PLAYGROUND + path, _adapt(provider, runs, _from_our_form(step)), methods=["POST"])
        for path, step in ACTIONS
    )
    return [*pages, *actions]


def _from_our_form(step: Step) -> Step:
    async def checked(visit: Visit) -> Response:
        csrf.check(visit.http, visit.provider.config.issuer)
        return await step(visit)

    return checked


def _adapt(provider: Provider, runs: Runs, step: Step) -> Callable[[Request], Awaitable[Response]]:
    cookies = Cookies(provider.config)

    async def endpoint(request: Request) -> Response:
        try:
            http = await read(request.scope, request.receive, provider.config, cookies)
            return await step(Visit(provider, http, runs, Wire(request.app)))
        except Exception as error:  # as in web/adapter.py, of which this is the async twin
            return errors.as_page(provider, error)

    return endpoint
