"""From an async endpoint to a plain function: read, call it in one transaction, answer."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from idp.web import errors
from idp.web.cookies import Cookies
from idp.web.provider import Provider
from idp.web.request import HttpRequest, read
from idp.web.responses import CORS

Handler = Callable[[Provider, HttpRequest], Response]
Prepared = Callable[[Provider, Request], Response]
ToResponse = Callable[[Provider, Exception], Response]
AsyncEndpoint = Callable[[Request], Awaitable[Response]]

PREFLIGHT = CORS | {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "3600",
}


def for_programs(provider: Provider, handler: Handler) -> AsyncEndpoint:
    """Adapt an endpoint of the protocol: its errors are JSON, and scripts may call it."""
    answer = _adapt(provider, handler, errors.as_json)

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT)
        return await answer(request)

    return endpoint


def for_people(provider: Provider, handler: Handler) -> AsyncEndpoint:
    """Adapt a page: its errors are pages, and no other site may read it."""
    return _adapt(provider, handler, errors.as_page)


def prepared(provider: Provider, handler: Prepared) -> AsyncEndpoint:
    """Adapt what needs no database, such as a document that was written before."""

    async def endpoint(request: Request) -> Response:
        return handler(provider, request)

    return endpoint


def _adapt(provider: Provider, handler: Handler, to_response: ToResponse) -> AsyncEndpoint:
    cookies = Cookies(provider.config)

    async def endpoint(request: Request) -> Response:
        try:
            http = await read(request, provider.config, cookies)
            return await provider.database.run(handler, provider, http)
        except Exception as error:  # the one place where everything becomes a response
            return to_response(provider, error)

    return endpoint
