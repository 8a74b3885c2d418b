"""The parts of a running server, made once by app.py and handed to every endpoint."""

from dataclasses import dataclass

from idp import paths
from idp.authorization.checks import Rules
from idp.authorization.request_object import RequestObjects
from idp.authorization_server import AuthorizationServer
from idp.clients.keys import KeySource
from idp.clients.logos import LogoSource
from idp.clients.sector import SectorSource
from idp.config import Config
from idp.fetch import Fetcher
from idp.oauth2.client_documents import ClientDocuments
from idp.signing.signer import Signer
from idp.storage.database import Database
from idp.users.passwords import Hasher
from idp.web.client_certificate import ClientCertificates
from idp.web.templating import Templates


@dataclass(frozen=True, slots=True)
class Provider:
    """Everything that an endpoint may need."""

    config: Config
    database: Database
    signer: Signer
    hasher: Hasher
    fetcher: Fetcher
    key_source: KeySource
    sectors: SectorSource
    client_documents: ClientDocuments
    logos: LogoSource
    templates: Templates
    authorization_server: AuthorizationServer
    request_objects: RequestObjects
    certificates: ClientCertificates | None  # None: no proxy hands them on
    metadata: bytes  # the document that describes it

    @property
    def rules(self) -> Rules:
        """What the checks of an authorization request go by."""
        return Rules(self.config, self.signer)

    def url(self, path: str, *segments: str) -> str:
        """Give the path of a page, under that of the issuer."""
        return "/".join((paths.prefix_of(self.config.issuer) + path, *segments))
