"""A server with people and clients, as whoever provokes a refusal finds it."""

import itertools
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx2
from starlette.applications import Starlette

from idp.clients.registration import register
from idp.config import Config
from idp.openapi.model import MediaType, Operation, Told
from idp.users.accounts import add_account
from idp.vocabulary import ADMIN_SCOPE
from idp.web.provider import Provider
from tests.parties.browser import Arrival, Browser, Page
from tests.parties.relying_party import REDIRECT_URI, RelyingParty

PASSWORD = "correct horse battery staple"
CODE_CLIENT = {
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile email offline_access notes.read",
}
PEOPLE = ("alice", "bob")
WITHDRAWN = "PS256"  # an algorithm that the server has not on offer any more


class World:
    """One server. Every browser and every client of a provocation is a new one."""

    def __init__(self, app: Starlette, config: Config) -> None:
        self.app = app
        self.config = config
        self.provider: Provider = app.state.provider
        self._numbers = itertools.count(1)

    async def add_people(self) -> None:
        """Add those who sign in."""
        for name in PEOPLE:
            add = partial(add_account, self.provider.hasher, name=None, password=PASSWORD)
            await self.provider.database.run(partial(add, username=name, email=f"{name}@a.example"))

    def name(self) -> str:
        """Make up a name."""
        return f"nobody-{next(self._numbers)}"

    def browser(self) -> Browser:
        """Open a browser at an address of its own, so that no other is throttled with it."""
        number = next(self._numbers)
        address = f"10.0.{number // 250}.{number % 250}"
        return Browser(httpx2.ASGITransport(app=self.app, client=(address, 5000)), self.issuer)

    @property
    def issuer(self) -> str:
        """Where the server is."""
        return self.config.issuer

    async def client(self, **changes: Any) -> RelyingParty:
        """Add a client."""
        return await self._add(self.config, changes)

    async def client_of_before(self, **changes: Any) -> RelyingParty:
        """Add a client from the time before the operator took an algorithm away."""
        algorithms = (*self.config.keys.algorithms, WITHDRAWN)
        keys = self.config.keys.model_copy(update={"algorithms": algorithms})
        return await self._add(self.config.model_copy(update={"keys": keys}), changes)

    async def machine(self, **changes: Any) -> RelyingParty:
        """Add a client that acts for itself, or asks for passwords."""
        defaults = {"grant_types": ["client_credentials"], "response_types": []}
        return await self.client(
            **{**defaults, "redirect_uris": [], "scope": "notes.read"} | changes
        )

    async def walk(
        self, rp: RelyingParty, browser: Browser, who: str = "alice", **changes: str | None
    ) -> Arrival:
        """Walk a person through a sign-in."""
        shown = await browser.open(rp.authorization_url(**changes))
        if isinstance(shown, Page) and "login-page" in shown:
            shown = await browser.sign_in(shown, who, PASSWORD)
        if isinstance(shown, Page) and "consent-page" in shown:
            shown = await browser.submit(shown, "consent-allow")
        assert isinstance(shown, Arrival), getattr(shown, "text", "")
        return shown

    async def code(self, rp: RelyingParty, **changes: str | None) -> str:
        """Get a code."""
        arrival = await self.walk(rp, self.browser(), **changes)
        return arrival.params["code"]

    async def tokens(self, rp: RelyingParty, who: str = "alice") -> dict[str, Any]:
        """Get tokens."""
        arrival = await self.walk(rp, self.browser(), who)
        response = await rp.exchange(arrival.params["code"])
        tokens: dict[str, Any] = response.json()
        return tokens

    async def _add(self, config: Config, changes: dict[str, Any]) -> RelyingParty:
        metadata = {**CODE_CLIENT, **changes}
        add = partial(register, metadata, config, reserved_scopes=[ADMIN_SCOPE])
        registered = await self.provider.database.run(add)
        secret = registered.client_secret
        http = self.browser().http
        return RelyingParty(
            http,
            registered.client.client_id,
            secret.reveal() if secret else None,
            scope="openid offline_access",
        )


Provoke = Callable[[World, Operation], Awaitable[httpx2.Response]]


class Provocations(dict[tuple[Told, str], Provoke]):
    """How refusals are provoked, by how each is told and its text."""

    def by(self, told: Told, text: str) -> Callable[[Provoke], Provoke]:
        """Register what provokes a refusal."""

        def add(provoke: Provoke) -> Provoke:
            assert (told, text) not in self
            self[told, text] = provoke
            return provoke

        return add


def path_of(operation: Operation, value: str = "unknown") -> str:
    """Fill in the path of an operation."""
    return re.sub(r"{\w+}", value, operation.path)


async def send(
    browser: Browser, operation: Operation, encoded: str, **headers: str
) -> httpx2.Response:
    """Send parameters that are encoded already, where the operation takes them."""
    path = path_of(operation)
    if operation.method != "POST" or operation.takes is not MediaType.FORM:
        url = f"{path}?{encoded}"
        return await browser.http.request(operation.method, url, headers=headers)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return await browser.http.post(path, content=encoded.encode(), headers=form | headers)
