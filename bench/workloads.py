"""What is measured: a function for each line of the table.

A workload gets ready on one connection, and returns what is done over and over: send one request
(or the few that belong together) and give the body of the last answer.
"""

import json
from collections.abc import Awaitable, Callable

from bench.caller import Caller
from bench.connection import UnexpectedAnswer, get
from idp import paths

Act = Callable[[], Awaitable[bytes]]
Workload = Callable[[Caller], Awaitable[Act]]


async def client_credentials(caller: Caller) -> Act:
    """Ask for a machine's token, a JWT."""
    return _client_credentials(caller, "machine")


async def client_credentials_es256(caller: Caller) -> Act:
    """The same, signed with ES256: what is left when RSA is not there."""
    return _client_credentials(caller, "es256_machine")


async def introspection(caller: Caller) -> Act:
    """Ask what a person's opaque access token is, as a resource server."""
    return await _introspection(caller, "opaque_app")


async def introspection_jwt(caller: Caller) -> Act:
    """The same of a JWT, whose signature is checked."""
    return await _introspection(caller, "app")


async def userinfo(caller: Caller) -> Act:
    """Ask who the person is, with an opaque access token."""
    return await _userinfo(caller, "opaque_app")


async def userinfo_jwt(caller: Caller) -> Act:
    """The same with a JWT."""
    return await _userinfo(caller, "app")


async def discovery(caller: Caller) -> Act:
    """Read the metadata."""
    request = get(paths.OPENID_CONFIGURATION)
    return lambda: caller.send(request, b'"issuer"')


async def jwks(caller: Caller) -> Act:
    """Read the keys."""
    request = get(paths.JWKS)
    return lambda: caller.send(request, b'"keys"')


async def refresh(caller: Caller) -> Act:
    """Refresh, with the token that the last refresh gave: only the ID token is signed."""
    refresh_token: str = (await caller.tokens("opaque_app"))["refresh_token"]

    async def rotate() -> bytes:
        nonlocal refresh_token
        request = caller.token_request(
            "opaque_app", grant_type="refresh_token", refresh_token=refresh_token
        )
        response = await caller.send(request, b'"id_token"')
        successor: str = json.loads(response)["refresh_token"]
        if successor == refresh_token:
            raise UnexpectedAnswer("The refresh token did not rotate.")
        refresh_token = successor
        return response

    return rotate


async def code_exchange(caller: Caller) -> Act:
    """Get a code where nothing is asked, and exchange it; only the ID token is signed."""
    return _code_exchange(caller, "opaque_app")


async def code_exchange_jwt(caller: Caller) -> Act:
    """The same for a client whose access tokens are JWTs, too."""
    return _code_exchange(caller, "app")


def _client_credentials(caller: Caller, client: str) -> Act:
    request = caller.token_request(client, grant_type="client_credentials")
    return lambda: caller.send(request, b'"access_token"')


async def _introspection(caller: Caller, client: str) -> Act:
    token = (await caller.tokens(client))["access_token"]
    request = caller.form(paths.INTROSPECTION, "machine", token=token)
    return lambda: caller.send(request, b'"sub"')


async def _userinfo(caller: Caller, client: str) -> Act:
    token = (await caller.tokens(client))["access_token"]
    request = get(paths.USERINFO, authorization=f"Bearer {token}")
    return lambda: caller.send(request, b'"alice@example.com"')


def _code_exchange(caller: Caller, client: str) -> Act:
    request = caller.authorization_request(client)
    return lambda: caller.exchange(client, request)


WORKLOADS: tuple[Workload, ...] = (
    client_credentials,
    client_credentials_es256,
    introspection,
    introspection_jwt,
    userinfo,
    userinfo_jwt,
    discovery,
    jwks,
    refresh,
    code_exchange,
    code_exchange_jwt,
)

BY_NAME: dict[str, Workload] = {workload.__name__: workload for workload in WORKLOADS}

# node-oidc-provider has one algorithm for all clients of a resource, and looks up no JWT.
OURS_ONLY = frozenset({client_credentials_es256, introspection_jwt, userinfo_jwt})
