"""What the settings allow, and yet is probably not meant."""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from idp.cli.listening import is_local, is_loopback, misses_port
from idp.config import Config, PasswordsConfig
from idp.users.passwords.hasher import schemes


def doubt_settings(config: Config) -> Iterator[str]:
    """Say all that there is to say."""
    if config.server.dev:
        yield "server.dev adds a demo user: never set it where others can sign in."
    if misses_port(config):
        yield "issuer and server.port name different ports, which needs a proxy in between."
    if config.issuer.startswith("http:") and not is_loopback(config.server.host):
        yield "issuer is an address of this machine only, but server.host lets others in."
    yield from doubt_safety(config)
    yield from doubt_mail(config)
    yield from doubt_declarations(config)
    if config.server.workers > 1 and config.database.url.startswith("sqlite"):
        yield "server.workers is more than one, which is faster with PostgreSQL as the database."


def doubt_declarations(config: Config) -> Iterator[str]:
    """Say so if something is named that is not declared, or declared and without effect."""
    allowed = config.client_registration
    if not set(allowed.scopes) <= {*config.scopes}:
        yield "client_registration.scopes has a word that [scopes] does not declare."
    if not set(allowed.authorization_details_types) <= {*config.authorization_details_types}:
        yield "client_registration.authorization_details_types has one that is not declared."
    longest = config.tokens.access_token_lifetime
    if any(each.access_token_lifetime > longest for each in config.resources.values()):
        yield "[resources] has a longer access_token_lifetime than [tokens], which counts."


def doubt_safety(config: Config) -> Iterator[str]:
    """Say what is for tests only, however it came to be set."""
    yield from doubt_hashing(config.passwords)
    if config.server.client_certificate_header and _trusts_all(config.server.trusted_proxies):
        yield "server.trusted_proxies is everybody, who can then pass for any client by a header."
    if not config.throttle.enabled:
        yield "throttle.enabled = false is for tests: passwords can be guessed without an end."


def doubt_mail(config: Config) -> Iterator[str]:
    """Say so if people wait in vain for mail, or if anybody on the way reads it."""
    is_registering = config.registration.is_open and config.registration.verify_email
    if not config.mail.server and not is_local(config) and is_registering:
        yield "mail.server names no server, so nobody gets the mail that makes them an account."
    if not config.mail.server and not is_local(config) and config.sign_in.email_code:
        yield "mail.server names no server, so nobody gets the code that they sign in with."
    if (
        config.mail.server
        and config.mail.security == "none"
        and not is_loopback(config.mail.server)
    ):
        yield "mail.security = none lets everybody on the way to mail.server read codes and links."


def doubt_hashing(config: PasswordsConfig) -> Iterator[str]:
    """Say so if hashes are made so quickly that a stolen database is soon read."""
    scheme = schemes(config)[config.scheme]
    if not scheme.is_enough:
        name, value = scheme.setting
        yield f"passwords.{name} = {value} is for tests: `idp check hashing` suggests another."


def _trusts_all(networks: Iterable[str]) -> bool:
    return any(ip_network(each).prefixlen == 0 for each in networks)
