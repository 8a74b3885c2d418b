"""Mistakes of clients that prove to hold a key (RFC 9449)."""

from collections.abc import Callable
from typing import Any

import httpx2

from idp.oauth2 import dpop
from idp.openapi.model import Operation, Told
from tests.openapi.world import Provocations, World, path_of
from tests.parties.dpop import Holder, ProvingParty

PROVOKED = Provocations()

JSON = Told.JSON

# A proof is looked at once the client has authenticated; what it asks for comes later.
WITHOUT_TOKEN = ("token", "pushed_authorization_request")

Provoke = Callable[[World, Operation], Any]


async def send_proofs(
    world: World, operation: Operation, *changes: dict[str, Any]
) -> httpx2.Response:
    """Send proofs with these changes, to the token endpoint or with a token that is bound."""
    machine = ProvingParty(await world.machine(), Holder(world.issuer))
    method, path = operation.method, path_of(operation)
    if operation.operation_id in WITHOUT_TOKEN:
        proofs = [("DPoP", machine.holder.prove(method, path, **each)) for each in changes]
        auth = (machine.client_id, machine.client_secret or "")
        form = {"grant_type": "client_credentials"}
        return await machine.http.post(path, data=form, headers=proofs, auth=auth)
    token = await _bound_token(machine)
    named = {"access_token": token}
    proofs = [("DPoP", machine.holder.prove(method, path, **named | each)) for each in changes]
    headers = [("Authorization", f"DPoP {token}"), *proofs]
    return await machine.http.request(method, path, headers=headers)


async def _bound_token(machine: ProvingParty) -> str:
    response = await machine.token(grant_type="client_credentials")
    if response.status_code != 200:  # by now it knows the nonce
        response = await machine.token(grant_type="client_credentials")
        machine.holder.nonce = None
    token: str = response.json()["access_token"]
    return token


MISTAKES: dict[str, tuple[dict[str, Any], ...]] = {
    dpop.SEVERAL: ({}, {}),
    dpop.NO_PROOF: ({"header": {"typ": "JWT"}},),
    dpop.NO_KEY: ({"header": {"jwk": None}},),
    dpop.NOT_SIGNED: ({"header": {"jwk": Holder("").jwk}},),
    dpop.FOR_ANOTHER_REQUEST: ({"htm": "PUT"},),
    dpop.NOT_NOW: ({"iat": 1},),
    dpop.NO_JTI: ({"jti": None},),
    dpop.NO_NONCE: ({},),
    dpop.NEEDED_BY_TOKEN: (),
    dpop.FOR_ANOTHER_TOKEN: ({"access_token": "another"},),
}


def _provoking(changes: tuple[dict[str, Any], ...]) -> Provoke:
    async def provoke(world: World, operation: Operation) -> httpx2.Response:
        return await send_proofs(world, operation, *changes)

    return provoke


for text, changes in MISTAKES.items():
    PROVOKED.by(JSON, text)(_provoking(changes))


@PROVOKED.by(JSON, dpop.USED)
async def send_proof_again(world: World, operation: Operation) -> httpx2.Response:
    """Send two proofs with one jti, by one key."""
    key = Holder(world.issuer).key
    machine = ProvingParty(await world.machine(), Holder(world.issuer, key))
    method, path = operation.method, path_of(operation)
    token = await _bound_token(machine) if operation.operation_id not in WITHOUT_TOKEN else None
    machine.proof = machine.holder.prove(method, path, access_token=token)
    for _ in range(2):
        if token is None:
            response = await machine.post(path, grant_type="client_credentials")
        else:
            headers = machine.headers_with_token(method, path, token)
            response = await machine.http.request(method, path, headers=headers)
    return response


@PROVOKED.by(JSON, dpop.NEEDED_BY_CLIENT)
async def leave_out_proof(world: World, operation: Operation) -> httpx2.Response:
    """Ask without a proof, as a client that always sends one."""
    rp = await world.machine(dpop_bound_access_tokens=True)
    return await rp.token(grant_type="client_credentials")


@PROVOKED.by(JSON, "The code is bound to another key: send a DPoP proof of the key of dpop_jkt.")
async def redeem_code_of_key(world: World, operation: Operation) -> httpx2.Response:
    """Redeem a code without the key that it was asked for with."""
    rp = await world.client()
    return await rp.exchange(await world.code(rp, dpop_jkt=Holder(world.issuer).jkt))


@PROVOKED.by(JSON, "The refresh_token is bound to a key or certificate, which was not proven.")
async def refresh_without_key(world: World, operation: Operation) -> httpx2.Response:
    """Refresh as a public client that has lost its key."""
    rp = await world.client(token_endpoint_auth_method="none")
    issued = await world.tokens(ProvingParty(rp, Holder(world.issuer)))
    return await rp.refresh(issued["refresh_token"])
