"""Every setting, in the order of config.toml; some of its tables have files of their own.

Durations are whole seconds.
"""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from idp.config.account import AccountConfig
from idp.config.authorization_details import AuthorizationDetailsTypes
from idp.config.client_registration import ClientRegistrationConfig
from idp.config.mail import MailConfig
from idp.config.passwords import PasswordsConfig
from idp.config.protocol import ProtocolConfig, TokensConfig
from idp.config.registration import RegistrationConfig
from idp.config.resources import Resources, check_belonging
from idp.config.section import Section
from idp.config.server import ServerConfig
from idp.config.sign_in import LoginSessionsConfig, SignInConfig, ThrottleConfig
from idp.config.trusted_issuers import TrustedIssuers
from idp.config.values import (
    AccentColor,
    Algorithms,
    Count,
    DatabaseURL,
    EncryptionAlgorithms,
    Issuer,
    Line,
    Networks,
    Positive,
    Scopes,
    Seconds,
    SecondsOrNever,
    sqlalchemy_url,
)
from idp.vocabulary import GrantType


class DatabaseConfig(Section):
    """Where users, clients, grants and sessions are kept."""

    url: Annotated[DatabaseURL, Field(repr=False)] = "sqlite:///var/idp.db"
    """The database: sqlite:///path or postgresql://user:password@host/name."""

    pool_size: Positive = 10
    """The most connections that each worker opens."""

    timeout: Seconds = 5
    """How long a request waits for the database before it is answered with 503, in seconds."""

    queue: Positive = 1000
    """How many requests of a worker may wait to write into SQLite; more are answered with 503."""

    synchronous: Literal["FULL", "NORMAL"] = "FULL"
    """What a commit in SQLite survives: FULL a power failure, NORMAL the end of the process."""

    @property
    def async_url(self) -> str:
        """The same database, as SQLAlchemy names it with its asyncio driver."""
        return sqlalchemy_url(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file, with one writer."""
        return self.async_url.startswith("sqlite")


class KeysConfig(Section):
    """The keys that sign tokens, and those that decrypt request objects."""

    directory: Line = "keys"
    """The directory of the private keys, which are made at the first start."""

    algorithms: Algorithms = ("RS256", "ES256", "Ed25519")
    """The signature algorithms on offer (RFC 7518, RFC 9864); RS256 is always among them."""

    encryption_algorithms: EncryptionAlgorithms = ()
    """By which algorithms clients may encrypt request objects to this server; empty means none."""

    rsa_bits: Annotated[Count, Field(ge=2048, le=8192)] = 2048
    """The length of new RSA keys, in bits."""

    rotation_interval: SecondsOrNever = 7_776_000
    """After how long the next keys begin to sign, in seconds; 0 means only when told to."""

    jwks_max_age: Annotated[Count, Field(ge=0, le=86_400)] = 3600
    """How long clients may keep the published keys, in seconds: max-age of their document."""

    @property
    def purposes(self) -> tuple[str, ...]:
        """Every algorithm that there is a key for."""
        return (*self.algorithms, *self.encryption_algorithms)


class BrandingConfig(Section):
    """How the pages introduce themselves."""

    name: Annotated[Line, Field(max_length=64)] = "idp"
    """The name of this service, as people read it on every page."""

    accent_color: AccentColor = ""
    """The colour of buttons and links, as #rrggbb; empty means the one of the packaged pages."""


class TemplatesConfig(Section):
    """Pages of one's own."""

    directory: str = ""
    """A directory whose templates replace those of the same name; empty means none."""


class LogConfig(Section):
    """What is written down while the server runs."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important kind of line that is written."""

    format: Literal["text", "json"] = "text"
    """How lines look on the console: for people, or for programs."""

    file: str = ""
    """A file that gets every line as JSON; empty means none."""

    max_bytes: Annotated[Count, Field(ge=10_000)] = 10_000_000
    """The length at which the log file is set aside and begun anew, in bytes."""

    backups: Positive = 5
    """How many log files that were set aside are kept."""


class AuditConfig(Section):
    """What is remembered of the past."""

    retention: Seconds = 31_536_000
    """How long the record of a security event is kept, in seconds."""


class DocsConfig(Section):
    """The description of this server's API."""

    enabled: bool = False
    """Serve the API reference at /docs and its OpenAPI document at /openapi.json."""


class FetchConfig(Section):
    """Requests that this server makes itself, to addresses that clients name."""

    allowed_networks: Networks = ()
    """Private networks that such requests may reach; public addresses are always allowed."""

    ca_file: str = ""
    """A PEM file of authorities whose certificates are believed, too; empty means none."""

    timeout: Seconds = 5
    """How long one such request may take from beginning to end, in seconds."""

    max_bytes: Positive = 65536
    """The longest answer that is read, in bytes."""


class Config(Section):
    """The whole configuration."""

    issuer: Issuer = "http://127.0.0.1:8000"
    """The public URL of this server, letter for letter what tokens carry (OIDC Discovery §3)."""

    server: ServerConfig = ServerConfig()
    """Where the server listens, and whom it believes."""

    database: DatabaseConfig = DatabaseConfig()
    """Where everything is kept."""

    keys: KeysConfig = KeysConfig()
    """The keys that sign tokens."""

    passwords: PasswordsConfig = PasswordsConfig()
    """What a password must be, and how it is kept."""

    registration: RegistrationConfig = RegistrationConfig()
    """How people get an account."""

    client_registration: ClientRegistrationConfig = ClientRegistrationConfig()
    """How clients register themselves."""

    sign_in: SignInConfig = SignInConfig()
    """What people must prove."""

    mail: MailConfig = MailConfig()
    """How people are sent mail."""

    throttle: ThrottleConfig = ThrottleConfig()
    """How many wrong passwords, and how many mails, are too many."""

    login_sessions: LoginSessionsConfig = LoginSessionsConfig()
    """How long a browser stays signed in."""

    account: AccountConfig = AccountConfig()
    """What people may do with their own account."""

    tokens: TokensConfig = TokensConfig()
    """How long codes and tokens live, and for whom they are."""

    protocol: ProtocolConfig = ProtocolConfig()
    """What is asked of clients beyond the standards."""

    scopes: Scopes = Field(default={})
    """Scopes of one's own: the name, and the sentence that the consent page shows for it."""

    resources: Resources = Field(default={})
    """The APIs that access tokens can be for (RFC 8707): the URI, and what is known of each."""

    authorization_details_types: AuthorizationDetailsTypes = Field(default={})
    """What clients can ask for in detail (RFC 9396): the type, and what may be in it."""

    trusted_issuers: TrustedIssuers = Field(default={})
    """Whose JWTs clients may exchange for tokens of this server, and whom they speak of."""

    branding: BrandingConfig = BrandingConfig()
    """How the pages introduce themselves."""

    templates: TemplatesConfig = TemplatesConfig()
    """Pages of one's own."""

    log: LogConfig = LogConfig()
    """What is written down while the server runs."""

    audit: AuditConfig = AuditConfig()
    """What is remembered of the past."""

    docs: DocsConfig = DocsConfig()
    """The description of this server's API."""

    fetch: FetchConfig = FetchConfig()
    """Requests that this server makes itself."""

    @field_validator("resources")
    @classmethod
    def check_resources(cls, resources: Resources, info: ValidationInfo) -> Resources:
        """Refuse scopes and algorithms that are not those of other settings."""
        if {"scopes", "keys"} <= info.data.keys():  # else something is wrong with those already
            check_belonging(resources, info.data["scopes"], info.data["keys"].algorithms)
        return resources

    @field_validator("trusted_issuers")
    @classmethod
    def check_trusted_issuers(cls, issuers: TrustedIssuers, info: ValidationInfo) -> TrustedIssuers:
        """Refuse this server: what it signs says who signed in, and is no assertion."""
        if info.data.get("issuer") in issuers:
            raise ValueError("must not have the issuer of this server itself")
        return issuers

    @property
    def grant_types(self) -> tuple[GrantType, ...]:
        """What clients may be registered for."""
        unusable = () if self.trusted_issuers else (GrantType.JWT_BEARER,)
        return tuple(each for each in self.protocol.grant_types if each not in unusable)
