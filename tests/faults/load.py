"""A client in a hurry: it redeems, refreshes and revokes over several connections at once."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

import anyio
import httpx2

from tests.faults.conftest import CONNECTIONS, Service
from tests.faults.ledger import Chain, Ledger
from tests.parties.browser import Page
from tests.parties.process import PATIENCE


class Unanswered(Exception):
    """The server said that it could not, or nothing at all: nobody knows what has happened."""


class Load:
    """Uses a service, and writes down beforehand what it tries, and afterwards what it has seen."""

    def __init__(self, service: Service, ledger: Ledger, chance: random.Random) -> None:
        self.service = service
        self.ledger = ledger
        self.chance = chance
        self.resting = list(ledger.chains)  # from before; each is taken up by one task only
        self.is_over = False
        self._goal, self._is_reached = 0, anyio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Use the service meanwhile; in the end, wait for what is under way."""
        async with anyio.create_task_group() as tasks:
            for _ in range(CONNECTIONS):
                tasks.start_soon(self._go_on)
            try:
                yield
            finally:
                self.is_over = True

    async def sees(self, answers: int) -> None:
        """Wait for so many more answers."""
        self._goal, self._is_reached = self.ledger.seen + answers, anyio.Event()
        with anyio.fail_after(PATIENCE):
            await self._is_reached.wait()

    async def _go_on(self) -> None:
        while not self.is_over:
            try:
                if self.resting:
                    await self._refresh_often(self.resting.pop())
                else:
                    await self._use_a_code()
            except Unanswered:
                await anyio.lowlevel.checkpoint()

    async def _use_a_code(self) -> None:
        code = await self._authorize()
        self.ledger.unsure.append(code)
        answer = await self._seen(self.service.rp.exchange(code))
        self.ledger.unsure.remove(code)
        chain = Chain(answer.json()["refresh_token"], answer.json()["access_token"])
        match self.chance.randrange(4):
            case 0:
                self.ledger.redeemed.append(code)  # a replay ends its grant, so no chain of it
            case 1:
                await self._seen(self.service.rp.revoke(chain.refresh_token))
                self.ledger.revoked.append(chain)
            case _:
                self.ledger.chains.append(chain)
                await self._refresh_often(chain)

    async def _authorize(self) -> str:
        try:
            arrival = await self.service.authorize()
        except httpx2.TransportError as error:
            raise Unanswered from error
        if isinstance(arrival, Page):
            assert arrival.status == 503, arrival.text
            raise Unanswered
        return arrival.params["code"]

    async def _refresh_often(self, chain: Chain) -> None:
        for _ in range(self.chance.randint(1, 4)):
            await self._refresh(chain, copies=self.chance.randint(1, 2))

    async def _refresh(self, chain: Chain, *, copies: int) -> None:
        """Refresh; two copies at once are an impatient client, which must get the same twice."""
        chain.is_unsure = True
        sent = [self._seen(self.service.rp.refresh(chain.refresh_token)) for _ in range(copies)]
        results = await asyncio.gather(*sent, return_exceptions=True)
        answers = [each.json() for each in results if isinstance(each, httpx2.Response)]
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, Unanswered):
                raise result
        if not answers:
            raise Unanswered
        assert len({each["refresh_token"] for each in answers}) == 1, "the chain has forked"
        chain.previous, chain.refresh_token = chain.refresh_token, answers[0]["refresh_token"]
        chain.access_token = answers[0]["access_token"]
        chain.is_unsure = False

    async def _seen(self, request: Awaitable[httpx2.Response]) -> httpx2.Response:
        try:
            answer = await request
        except httpx2.TransportError as error:
            raise Unanswered from error
        if answer.status_code == 503:
            raise Unanswered
        assert answer.status_code == 200, answer.text
        self.ledger.seen += 1
        if self.ledger.seen == self._goal:
            self._is_reached.set()
        return answer
