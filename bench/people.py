"""Who takes part: one person, signed in, who has allowed two apps; machines; and a crowd.

Those of `idp` are written straight into the database, before the server starts.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from idp.app import close, make_provider
from idp.clients.registration import register
from idp.config import Config
from idp.storage.credentials import set_password_hash
from idp.upkeep import prepare
from idp.users import consents, login_sessions
from idp.users.accounts import add_account
from idp.web.cookies import Cookies
from idp.web.provider import Provider

REDIRECT_URI = "https://app.example/callback"
SCOPE = frozenset({"openid", "profile", "email", "offline_access"})
PASSWORD = "as good as any other passphrase"
CROWD = tuple(f"person-{number}" for number in range(200))

_APP: dict[str, Any] = {
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
}
_MACHINE: dict[str, Any] = {"grant_types": ["client_credentials"]}

CLIENTS: dict[str, dict[str, Any]] = {
    "app": _APP,
    "opaque_app": _APP | {"access_token_format": "opaque"},
    "machine": _MACHINE,
    "es256_machine": _MACHINE | {"access_token_signed_response_alg": "ES256"},
    "password_app": {"grant_types": ["password"]},
}
APPS = ("app", "opaque_app")


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A client as it shows itself to the server."""

    client_id: str
    authorization: str

    @classmethod
    def basic(cls, client_id: str, secret: str) -> "ClientCredentials":
        """Write them as HTTP does."""
        pair = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        return cls(client_id, f"Basic {pair}")


@dataclass(frozen=True, slots=True)
class People:
    """The clients by name, and the cookie of the person's browser."""

    clients: Mapping[str, ClientCredentials]
    cookie: str


async def add_people(config: Config) -> People:
    """Make the database and put everybody into it."""
    provider = make_provider(config)
    await prepare(provider)
    people = await provider.database.run(_add, provider)
    await provider.database.run(_add_crowd, provider)
    await close(provider)
    return people


def _add(provider: Provider) -> People:
    config = provider.config
    user = add_account(
        provider.hasher, username="alice", email="alice@example.com", name="Alice", password=None
    )
    clients = {name: _add_client(metadata, config) for name, metadata in CLIENTS.items()}
    for name in APPS:
        consents.save(user.user_id, clients[name].client_id, SCOPE)
    session, _ = login_sessions.start(user, ["pwd"], config.login_sessions)
    response = Response()
    Cookies(config).set_session(response, session, 3600)
    Cookies(config).set_browser(response, session)
    cookies = [value.partition(";")[0] for value in response.headers.getlist("set-cookie")]
    return People(clients, "; ".join(cookies))


def _add_client(metadata: Mapping[str, Any], config: Config) -> ClientCredentials:
    registered = register(metadata, config)
    client_id, secret = registered.client.client_id, registered.client_secret
    assert secret is not None
    return ClientCredentials.basic(client_id, secret.reveal())


def _add_crowd(provider: Provider) -> None:
    """Give all of them the same hash: to make so many would take a minute."""
    password_hash = provider.hasher.hash(PASSWORD)
    for username in CROWD:
        user = add_account(provider.hasher, username=username, email=None, name=None, password=None)
        set_password_hash(user.user_id, password_hash)
