"""What is measured: a function for each line of the table.

A workload gets ready on one connection, and returns what is done over and over: send one request
(or the few that belong together) and give the body of the last answer.
"""

import json
from collections.abc import Awaitable, Callable

from bench.caller import Caller
from bench.connection import get
from idp import paths

Act = Callable[[], Awaitable[bytes]]
Workload = Callable[[Caller], Awaitable[Act]]


async def client_credentials(caller: Caller) -> Act:
    """Ask for a machine's token, a JWT."""
    request = caller.token_request("machine", grant_type="client_credentials")
    return lambda: caller.send(request)


async def client_credentials_es256(caller: Caller) -> Act:
    """The same, signed with ES256: what is left when RSA is not there."""
    request = caller.token_request("es256_machine", grant_type="client_credentials")
    return lambda: caller.send(request)


async def code_exchange(caller: Caller) -> Act:
    """Get a code from /authorize, where nothing is asked, and exchange it (two requests)."""
    request = caller.authorization_request("app")
    return lambda: caller.exchange("app", request)


async def code_exchange_opaque(caller: Caller) -> Act:
    """The same for a client with opaque access tokens: only the ID token is signed."""
    request = caller.authorization_request("opaque_app")
    return lambda: caller.exchange("opaque_app", request)


async def refresh(caller: Caller) -> Act:
    """Refresh, with the token that the last refresh gave."""
    refresh_token: str = (await caller.tokens("app"))["refresh_token"]

    async def rotate() -> bytes:
        nonlocal refresh_token
        request = caller.token_request(
            "app", grant_type="refresh_token", refresh_token=refresh_token
        )
        response = await caller.send(request)
        refresh_token = json.loads(response)["refresh_token"]
        return response

    return rotate


async def introspection(caller: Caller) -> Act:
    """Ask what a person's JWT access token is, as a resource server."""
    token = (await caller.tokens("app"))["access_token"]
    request = caller.form(paths.INTROSPECTION, "machine", token=token)
    return lambda: caller.send(request)


async def userinfo(caller: Caller) -> Act:
    """Ask who the person is."""
    token = (await caller.tokens("app"))["access_token"]
    request = get(paths.USERINFO, authorization=f"Bearer {token}")
    return lambda: caller.send(request)


async def jwks(caller: Caller) -> Act:
    """Read the keys."""
    request = get(paths.JWKS)
    return lambda: caller.send(request)


async def discovery(caller: Caller) -> Act:
    """Read the metadata."""
    request = get(paths.OPENID_CONFIGURATION)
    return lambda: caller.send(request)


WORKLOADS: tuple[Workload, ...] = (
    client_credentials,
    client_credentials_es256,
    code_exchange,
    code_exchange_opaque,
    refresh,
    introspection,
    userinfo,
    jwks,
    discovery,
)

BY_NAME: dict[str, Workload] = {workload.__name__: workload for workload in WORKLOADS}
