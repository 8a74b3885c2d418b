"""The demo of `idp serve --dev`: a person to sign in as, and two clients to sign in to."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import choice
from typing import Any

from idp import paths
from idp.clients.registration import find_client, register, remove
from idp.config import Config
from idp.secret import Secret
from idp.storage.users import find_user_by_key
from idp.users.accounts import add_account
from idp.users.names import username_key
from idp.users.passwords import Hasher
from idp.vocabulary import ApplicationType, GrantType, Scope, TokenEndpointAuthMethod

USERNAME = "demo"
PLAYGROUND = "playground"
DEMO_APP = "demo-app"
REDIRECT_URI = "http://localhost:3000/callback"

CONSONANTS = "bdfgklmnprstvz"
VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Demo:
    """What there is to try; a password or secret only if it was made just now."""

    username: str
    password: Secret | None
    client_id: str
    client_secret: Secret | None
    redirect_uri: str = REDIRECT_URI


def prepare(hasher: Hasher, config: Config) -> Demo:
    """Make the user and the clients that are not there yet."""
    password = None if _has_user() else _add_user(hasher)
    _renew_playground(config)
    secret = None if find_client(DEMO_APP) else _add_demo_app(config)
    return Demo(USERNAME, password, DEMO_APP, secret)


def find_leftovers() -> list[str]:
    """List the commands that take the demo away, where it has no business to be."""
    clients = [client_id for client_id in (PLAYGROUND, DEMO_APP) if find_client(client_id)]
    # Without the clients, a user of that name may be anybody.
    user = find_user_by_key(username_key(USERNAME)) if PLAYGROUND in clients else None
    commands = [f"idp client remove {client_id}" for client_id in clients]
    return [f"idp user disable {USERNAME}", *commands] if user and user.is_active else commands


def _has_user() -> bool:
    return find_user_by_key(username_key(USERNAME)) is not None


def _add_user(hasher: Hasher) -> Secret:
    password = _make_password()
    add_account(
        hasher,
        username=USERNAME,
        email="demo@example.com",
        name="Demo User",
        password=password.reveal(),
    )
    return password


def _make_password() -> Secret:
    """Make a password that can be read aloud, of some 55 random bits."""
    words = ("".join(choice(CONSONANTS) + choice(VOWELS) for _ in range(3)) for _ in range(3))
    return Secret("-".join(words))


def _renew_playground(config: Config) -> None:
    """Register the client of pages/playground, anew if the issuer has changed."""
    metadata = _playground(config)
    client = find_client(PLAYGROUND)
    if client is not None:
        if all(client.metadata.get(name) == value for name, value in metadata.items()):
            return
        remove(PLAYGROUND)
    register(metadata, config, client_id=PLAYGROUND)


def _playground(config: Config) -> Mapping[str, Any]:
    home = f"{config.issuer}{paths.PLAYGROUND}"
    # None may have a plain one (OIDC Registration §2): on loopback, the start page has the link.
    is_https = config.issuer.startswith("https:")
    initiated = {"initiate_login_uri": f"{home}/initiate"} if is_https else {}
    return initiated | {
        "client_name": "Playground",
        "application_type": ApplicationType.NATIVE,
        "redirect_uris": [f"{home}/callback"],
        "post_logout_redirect_uris": [home],
        "grant_types": [GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN],
        "scope": " ".join([*Scope, *config.scopes]),
        # Nothing but PKCE: there is no secret that the pages would have to be given.
        "token_endpoint_auth_method": TokenEndpointAuthMethod.NONE,
    }


def _add_demo_app(config: Config) -> Secret | None:
    registered = register(
        {
            "client_name": "Demo app",
            "application_type": ApplicationType.NATIVE,
            "redirect_uris": [REDIRECT_URI],
            "post_logout_redirect_uris": ["http://localhost:3000/"],
            "grant_types": [
                GrantType.AUTHORIZATION_CODE,
                GrantType.REFRESH_TOKEN,
                GrantType.CLIENT_CREDENTIALS,
            ],
            "scope": " ".join([*Scope, *config.scopes]),
            "resource_server": True,  # it may introspect the tokens of the playground
        },
        config,
        client_id=DEMO_APP,
    )
    return registered.client_secret
