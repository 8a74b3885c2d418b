"""Clients that come by way of a proxy, which hands on their certificates."""

import httpx2

from idp.oauth2 import mutual_tls
from idp.openapi.model import Operation, Told
from tests.openapi.world import Provocations, World, path_of
from tests.parties.certificates import make_certificate

PROVOKED = Provocations()

UNREADABLE = "The client certificate cannot be read."
SEVERAL = "Send one client certificate, not several."


@PROVOKED.by(Told.JSON, UNREADABLE)
async def hand_on_garbage(world: World, operation: Operation) -> httpx2.Response:
    """Send what is no certificate."""
    return await _call(world, operation, [("Client-Cert", ":AAAA:")])


@PROVOKED.by(Told.JSON, SEVERAL)
async def hand_on_two_certificates(world: World, operation: Operation) -> httpx2.Response:
    """Send the header twice."""
    header = ("Client-Cert", make_certificate().client_cert)
    return await _call(world, operation, [header, header])


@PROVOKED.by(Told.JSON, mutual_tls.NEEDED)
async def come_without_certificate(world: World, operation: Operation) -> httpx2.Response:
    """Ask for a token that is to be bound to a certificate, without one."""
    rp = await world.machine(tls_client_certificate_bound_access_tokens=True)
    return await rp.token(grant_type="client_credentials")


async def _call(
    world: World, operation: Operation, headers: list[tuple[str, str]]
) -> httpx2.Response:
    http = world.browser().http
    return await http.request(operation.method, path_of(operation), headers=headers)
