"""What a client has seen answered in full, and what must therefore be true whatever happens."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

import httpx2

from tests.conftest import ISSUER
from tests.faults.conftest import Service
from tests.parties.browser import Arrival
from tests.parties.relying_party import RelyingParty

KEPT = 6  # chains that the next round goes on with


@dataclass
class Chain:
    """The refresh tokens of one grant, as its client knows them."""

    refresh_token: str
    access_token: str
    previous: str | None = None
    is_unsure: bool = False  # the newest was sent, and no answer has come


@dataclass
class Ledger:
    """All that happened in one round."""

    chains: list[Chain] = field(default_factory=list)
    redeemed: list[str] = field(default_factory=list)  # codes that nobody has replayed
    unsure: list[str] = field(default_factory=list)  # codes that were sent, without an answer
    revoked: list[Chain] = field(default_factory=list)
    seen: int = 0

    async def hold(self, service: Service) -> None:
        """Check that everything is so, and begin the next round."""
        rp = service.rp
        await asyncio.gather(
            _is_signed_in(service),
            *(_goes_on(rp, chain) for chain in self.chains),
            *(_is_refused(rp.exchange(code)) for code in self.redeemed),
            *(_is_redeemed_once(rp, code) for code in self.unsure),
            *(_is_revoked(rp, chain) for chain in self.revoked),
        )
        del self.chains[KEPT:]
        for each in (self.redeemed, self.unsure, self.revoked):
            each.clear()


async def _is_signed_in(service: Service) -> None:
    """Check that the login session and the consent are there: no page is shown."""
    arrival = await service.authorize()
    assert isinstance(arrival, Arrival), arrival.text
    assert arrival.params["iss"] == ISSUER


async def _goes_on(rp: RelyingParty, chain: Chain) -> None:
    """Check that the tokens are good, and that the chain has one end, however often one asks."""
    assert (await rp.introspect(chain.access_token)).json()["active"] is True
    if chain.previous and not chain.is_unsure:
        assert await _successor(rp, chain.previous) == chain.refresh_token
    successor = await _successor(rp, chain.refresh_token)
    assert await _successor(rp, chain.refresh_token) == successor
    chain.previous, chain.refresh_token = chain.refresh_token, successor
    chain.is_unsure = False


async def _successor(rp: RelyingParty, refresh_token: str) -> str:
    answer = await rp.refresh(refresh_token)
    assert answer.status_code == 200, answer.text
    successor: str = answer.json()["refresh_token"]
    return successor


async def _is_redeemed_once(rp: RelyingParty, code: str) -> None:
    """Check that a code which may have been redeemed or not gives tokens once at most."""
    first = await rp.exchange(code)
    if first.status_code != 200:
        assert first.json()["error"] == "invalid_grant"
    await _is_refused(rp.exchange(code))


async def _is_revoked(rp: RelyingParty, chain: Chain) -> None:
    await _is_refused(rp.refresh(chain.refresh_token))
    assert (await rp.introspect(chain.access_token)).json() == {"active": False}


async def _is_refused(answer: Awaitable[httpx2.Response]) -> None:
    refused = await answer
    assert (refused.status_code, refused.json().get("error")) == (400, "invalid_grant")
