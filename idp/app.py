"""The application: the one place where the parts meet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from idp import paths
from idp.authorization.request_object import RequestObjects
from idp.authorization_server import AuthorizationServer
from idp.clients.keys import KeySource
from idp.clients.logos import LogoSource
from idp.clients.request_uri import RequestURISource
from idp.clients.sector import SectorSource
from idp.config import Config
from idp.fetch import Fetcher
from idp.log import log
from idp.metadata import metadata_document
from idp.oauth2.client_documents import ClientDocuments
from idp.routes import routes
from idp.signing.key_set import KeySet
from idp.signing.signer import Signer
from idp.storage.database import Database
from idp.upkeep import Upkeep, prepare
from idp.users.passwords import BreachedPasswords, Hasher
from idp.web import errors
from idp.web.client_certificate import ClientCertificates
from idp.web.dispatch import Dispatch
from idp.web.middleware import RequestContext
from idp.web.provider import Provider
from idp.web.templating import Templates


class Application(Starlette):
    """Starlette with a stack of our own: it is built of ASGI applications, the outermost first."""

    def build_middleware_stack(self) -> ASGIApp:
        """Surround every request, find what has a fixed path, and leave the rest to the router."""
        routed = ExceptionMiddleware(self.router, self.exception_handlers)
        return RequestContext(Dispatch(routed, self.routes), self.state.provider.config)


def create_app(config: Config) -> Starlette:
    """Make the ASGI application of a server."""
    provider = make_provider(config)
    upkeep = Upkeep(provider)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await prepare(provider)
        rounds = asyncio.create_task(upkeep.go_on())
        yield
        rounds.cancel()
        await asyncio.wait([rounds])
        await close(provider)
        log.flush()  # a worker is about to end by a signal, which does not wait for anything

    async def unrouted(request: Request, error: Exception) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            return errors.as_json(provider, error)
        with provider.templates.languages.reading(request.headers.get("accept-language")):
            return errors.as_page(provider, error)

    app = Application(
        routes=routes(provider),
        exception_handlers={HTTPException: unrouted},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # such a redirect would go wherever Host says
    app.state.provider = provider
    app.state.upkeep = upkeep
    return app


def make_provider(config: Config) -> Provider:
    """Make the parts of a server; nothing is opened or read from the database yet."""
    signer = Signer(KeySet((), ()))
    fetcher = Fetcher(config.fetch)
    hasher = Hasher(config.passwords, BreachedPasswords(config.passwords, fetcher))
    templates = Templates(
        config.templates.directory,
        config.branding.name,
        accent_color=config.branding.accent_color,
        url_prefix=paths.prefix_of(config.issuer),
    )
    key_source = KeySource(fetcher)
    sectors = SectorSource(fetcher)
    client_documents = ClientDocuments(config, fetcher, sectors)
    server = AuthorizationServer(config, signer, hasher, key_source, client_documents)
    return Provider(
        config=config,
        database=Database(config.database),
        signer=signer,
        hasher=hasher,
        fetcher=fetcher,
        key_source=key_source,
        sectors=sectors,
        client_documents=client_documents,
        logos=LogoSource(fetcher),
        templates=templates,
        authorization_server=server,
        request_objects=RequestObjects(
            config.issuer, key_source, RequestURISource(fetcher), signer
        ),
        certificates=(
            ClientCertificates(config) if config.server.client_certificate_header else None
        ),
        metadata=metadata_document(config, templates.languages.tags),
    )


async def close(provider: Provider) -> None:
    """Give back what a server holds."""
    provider.hasher.close()
    await provider.fetcher.aclose()
    await provider.database.dispose()
