"""From a request to a plain function: read, call it in one transaction, answer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from idp.oauth2.dpop_nonce import make_nonce
from idp.outbox.mail import asked_in
from idp.storage.database import Database
from idp.users.devices import describe
from idp.web import errors
from idp.web.client_certificate import ClientCertificates
from idp.web.cookies import Cookies
from idp.web.headers import Headers
from idp.web.provider import Provider
from idp.web.request import FORM, HttpRequest, read
from idp.web.responses import CORS

Handler = Callable[[Provider, HttpRequest], Response]
Prepared = Callable[[Provider, Headers], Response]
ToResponse = Callable[[Provider, Exception], Response]
Answer = Callable[[Scope, Receive], Awaitable[Response]]
Run = Callable[..., Awaitable[Response]]

PREFLIGHT = CORS | {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, DPoP",
    "Access-Control-Max-Age": "3600",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An ASGI application; no function, since Starlette would call one with a Request."""

    answer: Answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        response = await self.answer(scope, receive)
        await response(scope, receive, send)


def for_programs(
    provider: Provider,
    handler: Handler,
    run: Run,
    *,
    takes: str = FORM,
    methods: Sequence[str] = ("GET", "POST"),
) -> Endpoint:
    """Adapt an endpoint of the protocol: its errors are JSON, and scripts may call it.

    `run` is Database.run, or `reading` for what hardly ever writes; `takes` is what a body is.
    """
    certificates = provider.certificates if takes == FORM else None
    answer = _adapt(provider, handler, run, errors.as_json, takes, certificates)
    allowed = {"Access-Control-Allow-Methods": ", ".join(methods)}
    preflight = Response(status_code=204, headers=PREFLIGHT | allowed)
    nonces = provider.config.protocol.dpop_nonce

    async def answer_scripts(scope: Scope, receive: Receive) -> Response:
        if scope["method"] == "OPTIONS":
            return preflight
        response = await answer(scope, receive)
        if nonces and "dpop" in Headers(scope["headers"]):  # for the next proof (RFC 9449 §8.2)
            response.headers["DPoP-Nonce"] = make_nonce(provider.config.keys)
        return response

    return Endpoint(answer_scripts)


def reading(database: Database) -> Run:
    """Run what will hardly ever write as Database.read does, unless a DPoP proof is to be spent."""

    def run(handler: Handler, provider: Provider, http: HttpRequest) -> Awaitable[Response]:
        run = database.run if "dpop" in http.headers else database.read
        return run(handler, provider, http)

    return run


def for_people(provider: Provider, handler: Handler, run: Run, *, takes: str = FORM) -> Endpoint:
    """Adapt a page: its errors are pages, and no other site may read it."""

    def handle(provider: Provider, http: HttpRequest) -> Response:
        if http.method != "POST":
            return handler(provider, http)
        device = describe(http.headers.get("user-agent"), None)
        with asked_in(device.words):
            return handler(provider, http)

    adapted = _adapt(provider, handle, run, errors.as_page, takes)

    async def answer(scope: Scope, receive: Receive) -> Response:
        accept_language = Headers(scope["headers"]).get("accept-language")
        with provider.templates.languages.reading(accept_language):
            return await adapted(scope, receive)

    return Endpoint(answer)


def prepared(provider: Provider, handler: Prepared) -> Endpoint:
    """Adapt what needs no database and of a request only its headers, such as a document."""

    async def answer(scope: Scope, receive: Receive) -> Response:
        return handler(provider, Headers(scope["headers"]))

    return Endpoint(answer)


def _adapt(
    provider: Provider,
    handler: Handler,
    run: Run,
    to_response: ToResponse,
    takes: str,
    certificates: ClientCertificates | None = None,
) -> Answer:
    cookies = Cookies(provider.config)

    async def answer(scope: Scope, receive: Receive) -> Response:
        try:
            certificate = certificates.find(scope) if certificates else None
            http = await read(
                scope, receive, provider.config, cookies, takes=takes, certificate=certificate
            )
            return await run(handler, provider, http)
        except Exception as error:  # the one place where everything becomes a response
            return to_response(provider, error)

    return answer
