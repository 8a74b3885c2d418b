"""Mistakes of clients that sign what they ask of people elsewhere."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx2

from idp.openapi.model import Operation, Told
from idp.users.accounts import add_account
from idp.users.user_codes import change_user_code
from tests.openapi.provoking_request_objects import WRONG as WRONG_OBJECTS
from tests.openapi.world import Provocations, World
from tests.parties.backchannel import BANK, SIGNING, WITH_CODES, sign
from tests.parties.clients import KEY
from tests.parties.fapi import FAPI_CIBA, FAPIBank
from tests.parties.relying_party import RelyingParty

PROVOKED = Provocations()
Guess = Callable[[], Awaitable[httpx2.Response]]
JSON = Told.JSON
LONG_AGO, FAR_OFF = 1, 9_999_999_999
NO_MESSAGE = "The parameter binding_message is missing."
ELSEWHERE = "client_id and response_type must be those of the request object."

# What is wrong with a request that its client has signed.
WRONG: dict[str, dict[str, Any]] = WRONG_OBJECTS | {
    "The request must have exp, nbf, iat and jti.": {"jti": None},
    "The request must not be good for over an hour.": {"exp": FAR_OFF},
    "The request object is from the future.": {"iat": FAR_OFF},
    "The request object is not signed by a registered algorithm.": {"alg": "RS256"},
}


def _wrong(text: str, changes: dict[str, Any]) -> None:
    @PROVOKED.by(JSON, text)
    async def ask(world: World, operation: Operation) -> httpx2.Response:
        """Ask by a request that does not hold."""
        rp = await world.client(**SIGNING)
        signed = sign(rp, **{"aud": world.issuer} | changes)
        return await rp.post(operation.path, request=signed)


for _text, _changes in WRONG.items():
    if _text != ELSEWHERE:
        _wrong(_text, _changes)


@PROVOKED.by(JSON, "The request object must not have the client_id as sub.")
async def send_an_assertion(world: World, operation: Operation) -> httpx2.Response:
    """Ask by what could be a client assertion."""
    rp = await world.client(**SIGNING)
    return await rp.post(operation.path, request=sign(rp, aud=world.issuer, sub=rp.client_id))


@PROVOKED.by(JSON, "The request object is no signed JWT.")
async def send_gibberish(world: World, operation: Operation) -> httpx2.Response:
    """Ask by what is no JWT."""
    return await (await world.client(**SIGNING)).post(operation.path, request="gibberish")


@PROVOKED.by(JSON, "The keys of the client cannot be had: check jwks or jwks_uri.")
async def sign_without_a_key(world: World, operation: Operation) -> httpx2.Response:
    """Ask as a client whose keys are where this server does not go."""
    keys = {"jwks": None, "jwks_uri": "https://127.0.0.1/jwks"}
    rp = await world.client(**SIGNING | keys)
    return await rp.post(operation.path, request=sign(rp, aud=world.issuer))


@PROVOKED.by(JSON, "The client is registered to sign: send request.")
async def sign_nothing(world: World, operation: Operation) -> httpx2.Response:
    """Ask by parameters as a client that signs."""
    rp = await world.client(**SIGNING)
    return await rp.post(operation.path, scope="openid", login_hint="alice")


@PROVOKED.by(JSON, "The client is not registered to sign: send parameters.")
async def sign_unasked(world: World, operation: Operation) -> httpx2.Response:
    """Ask by a JWT as a client that sends parameters."""
    return await (await world.client(**BANK)).post(operation.path, request="e.e.e")


@PROVOKED.by(JSON, "Beside request, send only what authenticates the client.")
async def sign_a_part(world: World, operation: Operation) -> httpx2.Response:
    """Ask for one thing by a JWT, and for another beside it."""
    rp = await world.client(**SIGNING)
    return await rp.post(operation.path, request=sign(rp, aud=world.issuer), scope="openid")


@PROVOKED.by(JSON, "The jti of the request was used before.")
async def ask_twice(world: World, operation: Operation) -> httpx2.Response:
    """Ask by the same JWT again."""
    rp = await world.client(**SIGNING)
    signed = sign(rp, aud=world.issuer, login_hint="nobody")
    await rp.post(operation.path, request=signed)
    return await rp.post(operation.path, request=signed)


@PROVOKED.by(JSON, NO_MESSAGE)
async def send_no_message(world: World, operation: Operation) -> httpx2.Response:
    """Ask as a FAPI client, and give the person nothing to compare."""
    rp = FAPIBank(await world.client(**FAPI_CIBA), world.issuer)
    return await rp.post(operation.path, request=sign(rp, key=KEY, aud=world.issuer))


@PROVOKED.by(JSON, "The client is not registered to send a user_code.")
async def send_a_code_unasked(world: World, operation: Operation) -> httpx2.Response:
    """Ask with a code as a client that has no place to type one."""
    return await _ask_with_code(world, operation, await world.client(**BANK), "123456")


@PROVOKED.by(JSON, "The user wants a user_code: ask them for it.")
async def send_no_code(world: World, operation: Operation) -> httpx2.Response:
    """Ask a person who has a code, without it."""
    return await _ask_with_code(world, operation, await world.client(**WITH_CODES), None)


@PROVOKED.by(JSON, "The user_code is not that of the user.")
async def send_another_code(world: World, operation: Operation) -> httpx2.Response:
    """Ask a person who has a code, with another one."""
    return await _ask_with_code(world, operation, await world.client(**WITH_CODES), "654321")


async def guessing(world: World, operation: Operation) -> Guess:
    """Give what guesses at the code of a person."""
    rp, name = await world.client(**WITH_CODES), await _person_with_code(world)
    asked = {"scope": "openid", "login_hint": name, "user_code": "654321"}
    return partial(rp.post, operation.path, **asked)


async def _ask_with_code(
    world: World, operation: Operation, rp: RelyingParty, code: str | None
) -> httpx2.Response:
    name = await _person_with_code(world)
    return await rp.post(operation.path, scope="openid", login_hint=name, user_code=code)


async def _person_with_code(world: World) -> str:
    name, hasher = world.name(), world.provider.hasher
    add = partial(add_account, hasher, name=None, password=None, username=name, email=None)
    user = await world.provider.database.run(add)
    await world.provider.database.run(change_user_code, hasher, user, "123456")
    return name
