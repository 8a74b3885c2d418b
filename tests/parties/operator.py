"""An operator: what happens to people and clients while their tokens are in use."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from idp import clock
from idp.clients.registration import remove
from idp.storage.clients import clients, find_client_row
from idp.storage.database import db
from idp.storage.users import User
from idp.users.accounts import change_password, disable_account, enable_account
from idp.users.consents import disconnect
from idp.web.provider import Provider
from tests.parties.relying_party import RelyingParty


@dataclass(frozen=True)
class Operator:
    """Works on the database behind a server that runs."""

    provider: Provider

    async def disable_user(self, user: User) -> None:
        """Close an account."""
        await self.provider.database.run(disable_account, user.user_id)

    async def enable_user(self, user: User) -> None:
        """Open an account again."""
        await self.provider.database.run(enable_account, user.user_id)

    async def change_password(self, user: User, password: str) -> None:
        """Give a person a new password."""
        config, hasher = self.provider.config, self.provider.hasher
        await self.provider.database.run(change_password, hasher, config, user, password)

    async def disconnect(self, user: User, rp: RelyingParty) -> None:
        """Take back what a person has allowed a client."""
        await self.provider.database.run(disconnect, user.user_id, rp.client_id)

    async def remove_client(self, rp: RelyingParty) -> None:
        """Remove a client."""
        await self.provider.database.run(remove, rp.client_id)

    async def disable_client(self, rp: RelyingParty) -> None:
        """Switch a client off."""
        await self.provider.database.run(_update, rp.client_id, {"disabled_at": clock.now()})

    async def change_client(self, rp: RelyingParty, **metadata: Any) -> None:
        """Register a client for something else. Keyword arguments are RFC 7591 members."""
        await self.provider.database.run(_change, rp.client_id, metadata)


def _change(client_id: str, metadata: dict[str, Any]) -> None:
    row = find_client_row(client_id)
    assert row is not None
    _update(client_id, {"metadata": row.metadata | metadata})


def _update(client_id: str, values: dict[str, Any]) -> None:
    db().execute(update(clients).where(clients.c.client_id == client_id).values(values))
