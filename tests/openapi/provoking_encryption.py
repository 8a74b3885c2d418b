"""Clients that are to be encrypted to, and have no key for that."""

import httpx2

from idp.openapi.model import Operation, Told
from idp.openapi.operations.refusals import NO_ENCRYPTION_KEY
from tests.openapi.world import Provocations, World, send

PROVOKED = Provocations()

TEXT = NO_ENCRYPTION_KEY.text
NOWHERE = {"jwks_uri": "https://127.0.0.1/jwks.json"}  # which this server does not visit


@PROVOKED.by(Told.JSON, TEXT)
async def ask_without_a_key(world: World, operation: Operation) -> httpx2.Response:
    """Ask for tokens or claims as a client whose jwks_uri does not answer."""
    if operation.operation_id == "token":
        rp = await world.client(**NOWHERE, id_token_encrypted_response_alg="ECDH-ES")
        return await rp.exchange("made-up")
    if operation.operation_id == "introspection":
        rp = await world.client(**NOWHERE, introspection_encrypted_response_alg="ECDH-ES")
        return await rp.introspect("made-up")
    rp = await world.client(**NOWHERE, userinfo_encrypted_response_alg="ECDH-ES")
    bearer = f"Bearer {(await world.tokens(rp))['access_token']}"
    return await send(world.browser(), operation, "", Authorization=bearer)


@PROVOKED.by(Told.REDIRECT, TEXT)
async def ask_for_an_id_token(world: World, operation: Operation) -> httpx2.Response:
    """Ask for an ID token at once."""
    rp = await world.client(
        **NOWHERE,
        id_token_encrypted_response_alg="ECDH-ES",
        response_types=["id_token"],
        grant_types=["implicit"],
    )
    url = rp.authorization_url(response_type="id_token")
    return await send(world.browser(), operation, url.partition("?")[2])
