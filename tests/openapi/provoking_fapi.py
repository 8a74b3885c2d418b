"""Clients that are held to FAPI 2.0 Message Signing, and push what it does not allow."""

import time
from typing import Any

import httpx2

from idp.openapi.model import Operation, Told
from tests.openapi.world import Provocations, World
from tests.parties.clients import KEY
from tests.parties.fapi import MESSAGE_SIGNING, FAPIParty
from tests.parties.request_objects import request_object

PROVOKED = Provocations()


@PROVOKED.by(Told.JSON, "The client must send a response_mode that ends in jwt.")
async def want_an_unsigned_answer(world: World, operation: Operation) -> httpx2.Response:
    """Push a signed request whose answer would not be signed."""
    return await _push(world, operation, response_mode="query")


@PROVOKED.by(Told.JSON, "The request object of a FAPI client must have exp and nbf.")
async def say_no_beginning(world: World, operation: Operation) -> httpx2.Response:
    """Push an object that does not say since when it is good."""
    return await _push(world, operation, nbf=None)


@PROVOKED.by(Told.JSON, "The request object of a FAPI client must not be good for over an hour.")
async def sign_for_a_day(world: World, operation: Operation) -> httpx2.Response:
    """Push an object that would be good tomorrow, too."""
    return await _push(world, operation, exp=int(time.time()) + 86_400)


async def _push(world: World, operation: Operation, **changes: Any) -> httpx2.Response:
    rp = FAPIParty(await world.client(**MESSAGE_SIGNING), world.issuer)
    claims = {"aud": world.issuer, "nbf": int(time.time()), "response_mode": "jwt"} | changes
    return await rp.post(operation.path, request=request_object(rp, key=KEY, **claims))
