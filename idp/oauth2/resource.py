"""Resource indicators: for which APIs an access token is, and what it is then (RFC 8707 §2)."""

from dataclasses import dataclass

from idp.clients.model import Client
from idp.config import Config, ResourceConfig
from idp.config.resources import is_absolute_uri
from idp.oauth2.errors import InvalidTarget
from idp.oauth2.parameters import Parameters

RESOURCE = "resource"
NO_RESOURCE: frozenset[str] = frozenset()

# What is refused, for the client's developer.
MALFORMED = "Each resource must be an absolute URI without a fragment."
UNKNOWN = "A resource is not known here, or not for this client."
WIDER = "A resource was not granted."
UNLIKE = "The resources take different kinds of access tokens: ask for one at a time."
GONE = "The resources that were granted are not known here any more, or not for this client."


@dataclass(frozen=True, slots=True)
class Terms:
    """How an access token is made for those who are to read it."""

    access_token_format: str
    algorithm: str
    lifetime: int


def requested(config: Config, client: Client, parameters: Parameters) -> frozenset[str]:
    """Give the resources that a request names, none if it names none; raise InvalidTarget."""
    sent = [value for name, value in parameters.pairs if name == RESOURCE and value]
    if not sent:
        return NO_RESOURCE
    if not all(map(is_absolute_uri, sent)):
        raise InvalidTarget(MALFORMED)
    known = {_comparable(uri): uri for uri in _known(config)}  # as the configuration spells them
    named = {known.get(_comparable(uri), uri) for uri in sent}
    if not named <= _for_client(config, client):
        raise InvalidTarget(UNKNOWN)
    return frozenset(named)


def narrowed(
    config: Config, client: Client, granted: frozenset[str], asked: frozenset[str]
) -> frozenset[str]:
    """Give for which of the granted resources a token is; raise InvalidTarget.

    Without an own wish these are all (RFC 8707 §2.2) that the client may still have.
    """
    kept = granted & _for_client(config, client) if granted else granted
    if granted and not kept:
        raise InvalidTarget(GONE)
    if not asked <= (kept or own_resources(config)):
        raise InvalidTarget(WIDER)
    return asked or kept


def own_resources(config: Config) -> frozenset[str]:
    """Give what stands for this server's own endpoints, and for all that names no resource."""
    return frozenset({config.issuer, usual(config)})


def usual(config: Config) -> str:
    """Give for whom access tokens are if nobody says so."""
    return config.tokens.audience or config.issuer


def narrow_scope(config: Config, audience: frozenset[str], scope: frozenset[str]) -> frozenset[str]:
    """Keep what means something to at least one of the resources."""
    if not audience:
        return scope
    return frozenset().union(*(_scope_at(config, name, scope) for name in audience))


def terms(config: Config, client: Client, audience: frozenset[str]) -> Terms:
    """Find the terms on which all of the resources agree; raise InvalidTarget if they do not."""
    kinds = {_kind(config, client, name) for name in audience} or {_kind_of_client(client)}
    if len(kinds) > 1:
        raise InvalidTarget(UNLIKE)
    access_token_format, algorithm = kinds.pop()
    declared = filter(None, (_declared(config, name) for name in audience))
    limits = [each.access_token_lifetime for each in declared if each.access_token_lifetime]
    lifetime = min([config.tokens.access_token_lifetime, *limits])
    return Terms(access_token_format, algorithm, lifetime)


def serves(config: Config, client: Client, audience: frozenset[str]) -> bool:
    """Tell whether a client is one of those whom a token is for."""
    return client.client_id in audience or any(
        config.resources[uri].client_id == client.client_id
        for uri in audience & config.resources.keys()
    )


def _known(config: Config) -> frozenset[str]:
    return own_resources(config) | config.resources.keys()


def _for_client(config: Config, client: Client) -> frozenset[str]:
    if client.resources is None:
        return _known(config)
    return own_resources(config) | (config.resources.keys() & set(client.resources))


def _comparable(uri: str) -> str:
    """Leave out the slash that many libraries add where a path is empty (RFC 3986 §6.2.3)."""
    return uri.removesuffix("/") if uri.count("/") == len("//") + 1 else uri


def _declared(config: Config, name: str) -> ResourceConfig | None:
    """Find a resource by its URI, or by the client that it is."""
    declared = config.resources
    return declared.get(name) or next(
        (each for each in declared.values() if each.client_id == name), None
    )


def _scope_at(config: Config, name: str, scope: frozenset[str]) -> frozenset[str]:
    """At this server itself all counts but what others have declared for themselves."""
    declared = _declared(config, name)
    if declared is None:
        return scope - frozenset().union(*(each.scopes for each in config.resources.values()))
    return scope & frozenset(declared.scopes) if declared.scopes else scope


def _kind(config: Config, client: Client, name: str) -> tuple[str, str]:
    declared = _declared(config, name)
    if declared is None:
        return _kind_of_client(client)
    access_token_format = declared.access_token_format or client.access_token_format
    algorithm = declared.access_token_signed_response_alg or client.access_token_signed_response_alg
    return _kind_of(access_token_format, algorithm)


def _kind_of_client(client: Client) -> tuple[str, str]:
    return _kind_of(client.access_token_format, client.access_token_signed_response_alg)


def _kind_of(access_token_format: str, algorithm: str) -> tuple[str, str]:
    """Name the kind; what is opaque is not signed."""
    return access_token_format, str(algorithm) if access_token_format == "jwt" else ""
