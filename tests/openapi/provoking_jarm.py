"""Clients that want their answers signed, and ask for what cannot be."""

import httpx2

from idp.openapi.model import Operation, Told
from tests.openapi.world import Provocations, World, send

PROVOKED = Provocations()

BY_BROWSER = {"response_types": ["id_token"], "grant_types": ["implicit"]}


@PROVOKED.by(
    Told.REDIRECT, "Tokens go into a query only if they are encrypted: use response_mode=jwt."
)
async def ask_for_tokens_in_a_query(world: World, operation: Operation) -> httpx2.Response:
    """Ask for an ID token in a query, where a signature does not hide it."""
    rp = await world.client(**BY_BROWSER)
    url = rp.authorization_url(response_type="id_token", response_mode="query.jwt")
    return await send(world.browser(), operation, url.partition("?")[2])
