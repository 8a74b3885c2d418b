"""Two people at one server: what each of them has, sees and reads.

Alice has an account, and reads her mail. Mallory knows her names, sees the address of every page
that she is shown and whatever she has used up, and has a mailbox of his own.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2

from idp import clock
from idp.app import close, create_app
from idp.outbox import queue
from idp.outbox.mail import PROOF
from idp.storage.credentials import find_user_and_password
from idp.upkeep import prepare
from idp.users import login_sessions
from idp.users.accounts import add_account
from idp.users.mail_proofs import renew_secrets
from idp.web.provider import Provider
from tests.conftest import PASSWORD
from tests.parties.browser import Browser, Page
from tests.parties.databases import Prepared, make_config

ALICE, MALLORY = "alice", "mallory"
READ_BY = {
    ALICE: frozenset({"alice@example.com", "alice@new.example"}),
    MALLORY: frozenset({"mallory@example.com"}),
}


@dataclass
class Person:
    """What somebody has: two browsers, passwords, and what they have read or found."""

    name: str
    browsers: list[Browser]
    passwords: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=lambda: ["00000000"])
    links: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Hers:
    """What is Alice's, and only she may change."""

    password_hash: str | None
    email: str | None
    is_verified: bool
    sessions: tuple[bool, ...]


class TwoPeople:
    """A server, and what the two do at it."""

    def __init__(self, prepared: Prepared) -> None:
        self._runner = asyncio.Runner()
        self._directory = Path(tempfile.mkdtemp(prefix="idp-machine-"))
        shutil.copy(prepared.directory / "idp.db", self._directory / "idp.db")
        shutil.copytree(prepared.directory / "keys", self._directory / "keys")
        self._ahead, self._now = timedelta(), clock.now
        clock.now = lambda: self._now() + self._ahead
        config = make_config(
            self._directory,
            f"sqlite:///{self._directory}/idp.db",
            registration={"mode": "open"},
            throttle={"enabled": False},
        )
        app = create_app(config)
        self._provider: Provider = app.state.provider
        self._transport = httpx2.ASGITransport(app=app, client=("203.0.113.7", 5))
        self.flows: list[str] = []
        self.people = {name: self._person(name) for name in (ALICE, MALLORY)}

        self._begin()

    def _person(self, name: str) -> Person:
        browsers = [Browser(self._transport, self._provider.config.issuer) for _ in range(2)]
        return Person(name, browsers)

    def _begin(self) -> None:
        self.wait_for(prepare(self._provider))
        for person in self.people.values():
            add = partial(add_account, self._provider.hasher, name=None, email_verified=True)
            email = f"{person.name}@example.com"
            password = f"{PASSWORD} of {person.name}"
            person.passwords.append(password)
            self.run(partial(add, username=person.name, email=email, password=password))
        self.before = self.hers()

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        self.wait_for(close(self._provider))
        self._runner.close()
        clock.now = self._now
        shutil.rmtree(self._directory)

    def move_clock(self, seconds: int) -> None:
        """Let time pass; sessions may end by that."""
        self._ahead += timedelta(seconds=seconds)
        self.before = self.hers()

    def deliver(self) -> None:
        """Send all mail, and let everybody read theirs."""
        for delivery in self.run(partial(queue.claim, 100)):
            self.run(partial(queue.note, delivery, queue.ARRIVED))
            secrets = PROOF in delivery.facts and self.run(
                partial(renew_secrets, delivery.facts[PROOF])
            )
            for person in self.people.values():
                if secrets and delivery.target in READ_BY[person.name]:
                    person.links.append(f"/mail/{secrets.link_token.reveal()}")
                    person.codes += [secrets.code.reveal()] if secrets.code else []

    def who_is_in(self, browser: Browser) -> Any:
        """Find who is signed in in a browser."""
        session = browser.cookies.get("__Host-idp-session")
        return self.run(partial(login_sessions.find, session, self._provider.config.login_sessions))

    def hers(self) -> Hers:
        """Look at what is Alice's."""
        found = self.run(partial(find_user_and_password, ALICE))
        assert found is not None
        user, password_hash = found
        is_open = tuple(self.who_is_in(each) is not None for each in self.people[ALICE].browsers)
        return Hers(password_hash, user.email, user.email_verified, is_open)

    def open(self, who: str, browser: int, url: str) -> Page:
        """Open a page."""
        page: Any = self.wait_for(self.people[who].browsers[browser].open(url))
        return self.seen(who, page)

    def submit(self, who: str, browser: int, page: Page, button: str, **typed: str) -> Page:
        """Press a button."""
        own = self.people[who].browsers[browser]
        shown: Any = self.wait_for(own.submit(page, button, **typed))
        return self.seen(who, shown)

    def seen(self, who: str, page: Page) -> Page:
        """Note what everybody gets to see, and that only Alice has changed what is hers."""
        assert page.status < 500
        if "check-mail-page" in page and page.url not in self.flows:
            self.flows.append(page.url)
        after = self.hers()
        if who != ALICE:
            assert after == self.before
        self.before = after
        return page

    def run(self, function: Any) -> Any:
        """Call a function in a transaction."""
        return self.wait_for(self._provider.database.run(function))

    def wait_for(self, awaitable: Awaitable[Any]) -> Any:
        """Wait for something asynchronous."""

        async def wait() -> Any:
            return await awaitable

        return self._runner.run(wait())
