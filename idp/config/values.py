"""The kinds of value that settings are made of; every refusal completes "this setting ..."."""

import ipaddress
import json
import re
from importlib.util import find_spec
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from idp.colors import Color, readable_accent
from idp.vocabulary import ADMIN_SCOPE, GrantType, Scope

BUILT_IN_SCOPES = frozenset(Scope)
PLACEHOLDERS = frozenset({"changeme", "changeit", "replaceme", "secret", "password", "pepper"})

# RFC 6749 §3.3: %x21 / %x23-5B / %x5D-7E
SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
# RFC 3986 §3.3, without the empty and the dot segments that a browser or a proxy would rewrite
ISSUER_PATH = re.compile(r"(/(?!\.{1,2}(/|$))([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*")

# RFC 9110 §5.1: a token
FIELD_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)

# RFC 5322 §3.2.3, §3.4.1: a dot-atom, and a domain
MAIL_ADDRESS = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)

HOST_PATTERN = re.compile(r"(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*")

ASYNC_DRIVERS = {
    "sqlite": "sqlite+inloop",  # storage/sqlite.py
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def check_accent(color: str) -> str:
    """Accept a colour that carries white text and can be read on light pages, or none."""
    if not color:
        return color
    try:
        given = Color.parse(color)
    except ValueError:
        raise ValueError("must be a colour such as #2456c8, or empty") from None
    nearest = readable_accent(given)
    if nearest != given:
        raise ValueError(f"must be darker, so that white text on it can be read: {nearest}")
    return str(given)


def check_issuer(issuer: str) -> str:
    """Accept what may stand as `iss` and in front of every path (RFC 8414 §2)."""
    try:
        url = urlsplit(issuer)
        host, _ = url.hostname, url.port
    except ValueError:
        raise ValueError("must be a valid URL") from None
    if not re.fullmatch(r"https?://[\x21-\x7e]+", issuer) or not host:
        raise ValueError("must be an absolute URL that begins with https://")
    if "?" in issuer or "#" in issuer or "@" in url.netloc or "\\" in issuer:
        raise ValueError("must not have a query, a fragment or a user name")
    if issuer.endswith("/"):
        raise ValueError("must not end with a slash")
    if not ISSUER_PATH.fullmatch(url.path):
        raise ValueError("must not have an empty or a dot segment in its path")
    if url.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https:// unless its host is this machine itself")
    return issuer


def check_field_name(name: str) -> str:
    """Accept the name of a header, or none."""
    if name and not FIELD_NAME.fullmatch(name):
        raise ValueError("must be the name of a header, or empty")
    return name


def check_origin(url: str) -> str:
    """Accept what a path can be put behind, to be reached over TLS; or nothing."""
    if url and (not check_issuer(url).startswith("https://") or urlsplit(url).path):
        raise ValueError("must be a scheme and a host, such as https://mtls.example.com, or empty")
    return url


def check_database_url(url: str) -> str:
    """Accept the databases that there is a driver for."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ASYNC_DRIVERS:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if scheme == "sqlite" and not rest.startswith("/"):
        raise ValueError("must have three slashes before a relative path and four before another")
    return url


def sqlalchemy_url(url: str) -> str:
    """Name the asyncio driver, and say `ssl` where libpq says `sslmode`."""
    scheme, _, rest = url.partition("://")
    return f"{ASYNC_DRIVERS[scheme]}://" + re.sub(r"([?&])sslmode=", r"\1ssl=", rest)


def check_networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    """Accept addresses and networks, without bits beyond the prefix."""
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise ValueError("must be addresses or networks such as 10.0.0.0/8") from None
    return networks


def check_algorithms(algorithms: tuple[str, ...]) -> tuple[str, ...]:
    """Accept a list with the one algorithm that every client knows (OIDC Core §15.1)."""
    if "RS256" not in algorithms:
        raise ValueError("must have RS256 among them")
    return check_named_once(algorithms)


def check_named_once(algorithms: tuple[str, ...]) -> tuple[str, ...]:
    """Accept a list in which nothing is twice."""
    if len(set(algorithms)) != len(algorithms):
        raise ValueError("must name each algorithm once")
    return algorithms


def check_grant_types(grant_types: tuple[str, ...]) -> tuple[str, ...]:
    """Accept what is a grant type here, by the list that the server knows them by."""
    if not set(grant_types) <= set(GrantType):
        raise ValueError(f"must have only these: {', '.join(GrantType)}")
    return grant_types


def check_pepper(pepper: SecretStr) -> SecretStr:
    """Refuse what was copied from an example."""
    value = re.sub(r"[\W_]", "", pepper.get_secret_value().casefold())
    if not value or value in PLACEHOLDERS or value.startswith("example"):
        raise ValueError("must be a random secret, not a placeholder; or leave it out")
    return pepper


def check_range_url(url: str) -> str:
    """Accept an address to which digits can be appended, and which nobody on the way can read."""
    if url and not (_is_confidential(url) and re.fullmatch(r"https?://[!-\"$->A-~]+/", url)):
        raise ValueError("must be empty, or a URL that begins with https:// and ends with a slash")
    return url


def check_scheme(scheme: str) -> str:
    """Refuse what needs an extra that is not there."""
    if scheme == "argon2id" and find_spec("argon2") is None:
        raise ValueError("must be a scheme whose package is installed (pip install argon2-cffi)")
    return scheme


def check_scopes(scopes: dict[str, str]) -> dict[str, str]:
    """Accept names that a scope parameter can carry (RFC 6749 §3.3) and sentences to show."""
    for name, sentence in scopes.items():
        if not SCOPE_TOKEN.fullmatch(name):
            raise ValueError("must have names of printable ASCII without space, quote, backslash")
        if name in BUILT_IN_SCOPES:
            raise ValueError("must not declare openid, profile or another standard word anew")
        if name == ADMIN_SCOPE:
            raise ValueError("must not declare idp.admin, which is there for administration")
        check_line(sentence)
    return scopes


def check_software_statements(issuers: dict[str, str]) -> dict[str, str]:
    """Accept issuers with a place for their keys that is a file or is fetched over TLS."""
    for issuer, keys in issuers.items():
        check_line(issuer)
        check_line(keys)
        if keys.startswith("http://"):
            raise ValueError("must have keys in a file or at a URL that begins with https://")
    return issuers


def check_line(text: str) -> str:
    """Accept one line of text that is not blank."""
    if not text.strip() or not text.isprintable():
        raise ValueError("must be one line of text, and not empty")
    return text


def check_optional_line(text: str) -> str:
    """Accept one line of text, or none."""
    return text and check_line(text)


def check_host_patterns(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Accept hosts, and *.example.com for all that are below one."""
    if not all(HOST_PATTERN.fullmatch(host) for host in hosts):
        raise ValueError("must be hosts in lower case, or *.example.com for all below one")
    return hosts


def check_mail_server(host: str) -> str:
    """Accept a host, or none."""
    if not re.fullmatch(r"[A-Za-z0-9._-]*", host) and not _is_address(host):
        raise ValueError("must be a host, without a scheme or a port")
    return host


def check_mail_address(address: str) -> str:
    """Accept what may stand as the sender of mail (RFC 5322 §3.4.1), or nothing."""
    if address and not MAIL_ADDRESS.fullmatch(address):
        raise ValueError("must be an email address such as no-reply@example.com")
    return address


def refuse_truth(value: object) -> object:
    """Refuse true and false where a number belongs, which Python takes for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("must be a whole number")
    return value


def split_list(value: object) -> object:
    """Read a list out of an environment variable: comma-separated, or JSON."""
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return [item.strip() for item in value.split(",") if item.strip()]
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("must be a list, with commas between its items") from None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_confidential(url: str) -> bool:
    """Whether what is sent there stays between the two: over TLS, or on this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme == "https" or _is_loopback(host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    if not _is_address(host):
        return False
    address = ipaddress.ip_address(host)
    return address in ipaddress.ip_network("127.0.0.0/8") or address == ipaddress.ip_address("::1")


Algorithm = Literal["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]
Algorithms = Annotated[
    tuple[Algorithm, ...], BeforeValidator(split_list), AfterValidator(check_algorithms)
]
Count = Annotated[int, BeforeValidator(refuse_truth)]
DatabaseURL = Annotated[str, AfterValidator(check_database_url)]
EncryptionAlgorithm = Literal["RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"]
EncryptionAlgorithms = Annotated[
    tuple[EncryptionAlgorithm, ...], BeforeValidator(split_list), AfterValidator(check_named_once)
]
FieldName = Annotated[str, AfterValidator(check_field_name)]
GrantTypes = Annotated[
    tuple[str, ...], BeforeValidator(split_list), AfterValidator(check_grant_types)
]
AccentColor = Annotated[str, AfterValidator(check_accent)]
HostPatterns = Annotated[
    tuple[str, ...], BeforeValidator(split_list), AfterValidator(check_host_patterns)
]
Issuer = Annotated[str, AfterValidator(check_issuer)]
Line = Annotated[str, AfterValidator(check_line)]
MailAddress = Annotated[str, AfterValidator(check_mail_address)]
MailServer = Annotated[str, AfterValidator(check_mail_server)]
Networks = Annotated[tuple[str, ...], BeforeValidator(split_list), AfterValidator(check_networks)]
OptionalLine = Annotated[str, AfterValidator(check_optional_line)]
Origin = Annotated[str, AfterValidator(check_origin)]
PasswordScheme = Annotated[Literal["bcrypt", "argon2id"], AfterValidator(check_scheme)]
Pepper = Annotated[SecretStr, AfterValidator(check_pepper)]
Positive = Annotated[Count, Field(ge=1)]
RangeURL = Annotated[str, AfterValidator(check_range_url)]
Scopes = Annotated[dict[str, str], AfterValidator(check_scopes)]
Seconds = Annotated[Count, Field(ge=1, le=3_153_600_000)]
SecondsOrNever = Annotated[Count, Field(ge=0, le=3_153_600_000)]
SoftwareStatementIssuers = Annotated[dict[str, str], AfterValidator(check_software_statements)]
Words = Annotated[tuple[str, ...], BeforeValidator(split_list)]
