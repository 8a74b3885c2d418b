"""The socket of the server, taken before anything else is begun; and which addresses are local."""

import errno
import ipaddress
import socket
from urllib.parse import urlsplit

from idp.cli.refusal import Unavailable
from idp.config import Config, ServerConfig

BACKLOG = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}


def bind(server: ServerConfig) -> socket.socket:
    """Take the port. Raises Unavailable with a sentence that says what to change."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            server.host, server.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"{server.host} is no address to listen on: change --host.") from error
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        # Whoever comes from here on waits, instead of being turned away; and nobody else can
        # begin to listen meanwhile, which Linux allows until one does.
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise Unavailable(_explain(error, server)) from error
    bound.set_inheritable(True)
    return bound


def address_of(server: ServerConfig) -> str:
    """Give the URL at which the server listens."""
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"http://{host}:{server.port}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_local(config: Config) -> bool:
    """Tell whether the server is for this machine only: where it listens, and its issuer."""
    return is_loopback(config.server.host) and is_loopback(_host_of(config.issuer))


def misses_port(config: Config) -> bool:
    """Tell whether the issuer is on this machine, but at another port than the server."""
    url = urlsplit(config.issuer)
    port = url.port or DEFAULT_PORTS[url.scheme]
    return is_loopback(_host_of(config.issuer)) and port != config.server.port


def _host_of(issuer: str) -> str:
    return urlsplit(issuer).hostname or ""


def _explain(error: OSError, server: ServerConfig) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"Port {server.port} is in use: stop the program that uses it, or choose another"
                " with --port."
            )
        case errno.EACCES:
            return f"Port {server.port} is for the system only: choose one above 1023 with --port."
        case errno.EADDRNOTAVAIL:
            return f"{server.host} is not an address of this machine: change --host."
        case _:
            return f"{server.host} cannot be listened on ({error.strerror}): change --host."
