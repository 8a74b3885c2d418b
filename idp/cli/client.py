"""`idp client`: the apps that people sign in to, and the APIs that check tokens."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from idp import clock
from idp.cli import initial_token
from idp.cli.client_import import import_all
from idp.cli.client_output import client_as_json, client_fields, client_row, print_registered
from idp.cli.command import AsJson, command, verbs
from idp.cli.json_file import read_json
from idp.cli.metadata import ClientOptions, metadata_of, spell_options
from idp.cli.output import moment, note, print_fields, print_json, print_table
from idp.cli.refusal import Refused
from idp.cli.running import run, run_fetching
from idp.cli.settings import load
from idp.cli.terminal import confirm
from idp.clients.errors import RegistrationRefused
from idp.clients.importing import import_client, read_client, replace_client
from idp.clients.model import Client
from idp.clients.registration import (
    ClientUsesNoSecret,
    add_secret,
    disable,
    enable,
    find_client,
    list_clients,
    register,
    remove,
)
from idp.clients.sector import SectorSource
from idp.vocabulary import ADMIN_SCOPE, GrantType, TokenEndpointAuthMethod

app = verbs()
app.add_typer(
    initial_token.app, name="initial-token", help="What lets clients register themselves."
)

ClientId = Annotated[str, typer.Argument(metavar="ID", help="The client_id.")]

Name = Annotated[
    str | None, typer.Argument(metavar="NAME", help="What people read on the consent page.")
]
RedirectURIs = Annotated[
    list[str] | None,
    typer.Option(metavar="U", help="Where people return to with a code; may be repeated."),
]
PostLogoutRedirectURIs = Annotated[
    list[str] | None,
    typer.Option(metavar="U", help="Where people go after a logout; may be repeated."),
]
GrantTypes = Annotated[
    list[GrantType] | None,
    typer.Option(
        metavar="G",
        help="How it may get tokens; may be repeated. The default is authorization_code and"
        " refresh_token with a redirect URI, client_credentials without one.",
    ),
]
Scopes = Annotated[
    list[str] | None,
    typer.Option(
        metavar="S",
        help="What it may ask for, one word or several; may be repeated. Your own words stand in"
        " [scopes] of the configuration first; idp.admin is for who administers this server.",
    ),
]
AuthMethod = Annotated[
    TokenEndpointAuthMethod | None,
    typer.Option(
        metavar="M",
        help="How it proves who it is: client_secret_basic (the default),"
        " client_secret_post or none; others need keys or names, which --metadata gives.",
    ),
]
Public = Annotated[
    bool, typer.Option("--public", help="It cannot keep a secret: an app in a browser, say.")
]
FirstParty = Annotated[
    bool, typer.Option("--first-party", help="It is yours: people are not asked for consent.")
]
ResourceServer = Annotated[
    bool, typer.Option("--resource-server", help="It is an API that may check any token.")
]
Metadata = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Describe it by a JSON file (RFC 7591) instead; - is stdin."),
]

DAY = 86_400
YEAR = 366 * DAY

NO_CLIENT = "There is no such client: `idp client list` shows all."
NO_SECRET = "This client has no secret: it authenticates by a key, or not at all."
NAME_MISSING = "Missing NAME, or --metadata with a file that describes the client."
ONE_WAY = "--metadata says everything: leave out NAME and the other options."
NOT_ALONE = "A public client needs a --redirect-uri: it can only sign people in."
NOT_PUBLIC = "--public is --auth-method none: leave one of them out."


@command(app, "add")
def add(
    config_file: Path | None,
    name: Name = None,
    redirect_uri: RedirectURIs = None,
    post_logout_redirect_uri: PostLogoutRedirectURIs = None,
    grant_type: GrantTypes = None,
    scope: Scopes = None,
    auth_method: AuthMethod = None,
    public: Public = False,
    first_party: FirstParty = False,
    resource_server: ResourceServer = False,
    metadata: Metadata = None,
    as_json: AsJson = False,
) -> None:
    """Register a client. Prints its client_id and, this once, its secret."""
    if public and auth_method not in (None, TokenEndpointAuthMethod.NONE):
        raise typer.BadParameter(NOT_PUBLIC)
    described = (redirect_uri, post_logout_redirect_uri, grant_type, scope, auth_method)
    if metadata is not None:
        if name or any((*described, public, first_party, resource_server)):
            raise typer.BadParameter(ONE_WAY)
        _register(config_file, read_json(metadata), str, as_json=as_json)
        return
    if not name:
        raise typer.BadParameter(NAME_MISSING)
    if public and not (redirect_uri or grant_type or resource_server):
        raise typer.BadParameter(NOT_ALONE)
    options = ClientOptions(
        name=name,
        redirect_uris=redirect_uri or [],
        post_logout_redirect_uris=post_logout_redirect_uri or [],
        grant_types=grant_type or [],
        scope=scope or [],
        auth_method=TokenEndpointAuthMethod.NONE if public else auth_method,
        first_party=first_party,
        resource_server=resource_server,
    )
    _register(config_file, metadata_of(options), spell_options, as_json=as_json)


@command(app, "list")
def list_(config_file: Path | None, as_json: AsJson = False) -> None:
    """List all clients."""
    clients = run(load(config_file), list_clients)
    if as_json:
        print_json([client_as_json(client) for client in clients])
    elif not clients:
        typer.echo("There are no clients yet: `idp client add` registers one.")
    else:
        print_table(("CLIENT ID", "NAME", "KIND", "GRANT TYPES", "SINCE"), map(client_row, clients))


@command(app, "show")
def show(config_file: Path | None, client_id: ClientId, as_json: AsJson = False) -> None:
    """Show a client. Its secret is not kept, and cannot be shown."""
    client = run(load(config_file), lambda: _find(client_id))
    if as_json:
        print_json(client_as_json(client))
    else:
        print_fields(client_fields(client))


@command(app, "remove")
def remove_client(
    config_file: Path | None,
    client_id: ClientId,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a client. All that people have allowed it goes, too."""
    config = load(config_file)
    client = run(config, lambda: _find(client_id))
    if not yes:
        confirm(f"Remove {client.display_name}, and all that people have allowed it?")
    run(config, lambda: remove(client_id))
    typer.echo(f"Removed {client_id}.")


@command(app, "disable")
def disable_client(config_file: Path | None, client_id: ClientId) -> None:
    """Refuse a client and all its tokens. `enable` undoes it."""
    _change(config_file, client_id, disable)
    typer.echo(f"Disabled {client_id}.")


@command(app, "enable")
def enable_client(config_file: Path | None, client_id: ClientId) -> None:
    """Accept a client again, with all that people have allowed it."""
    _change(config_file, client_id, enable)
    typer.echo(f"Enabled {client_id}.")


@command(app, "secret")
def secret(
    config_file: Path | None,
    client_id: ClientId,
    overlap: Annotated[
        int,
        typer.Option(
            metavar="SECONDS", min=0, max=YEAR, help="How long the secret before stays good."
        ),
    ] = DAY,
    as_json: AsJson = False,
) -> None:
    """Make a new secret. It is printed this once; the one before stays good for a while."""

    def renew() -> tuple[Client, str]:
        client = _find(client_id)
        return client, add_secret(client_id, overlap).reveal()

    try:
        client, client_secret = run(load(config_file), renew)
    except ClientUsesNoSecret as error:
        raise Refused(NO_SECRET) from error
    ends_at = clock.in_seconds(overlap)
    if as_json:
        print_json(
            {
                "client_id": client_id,
                "client_secret": client_secret,
                "client_secret_expires_at": 0,
                "old_client_secret_expires_at": clock.timestamp(ends_at),
            }
        )
    else:
        print_fields([("client_id", client_id), ("client_secret", client_secret)])
        note(
            f"Keep the secret now: nobody can show it again. The one before ends {moment(ends_at)}."
        )
    if sum(each.is_live for each in client.secrets) > 1:
        note("Only two can be good at a time: the one before that has ended now.")


@command(app, "import")
def import_(
    config_file: Path | None,
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A client or a list, as JSON (RFC 7591); - is stdin."),
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Let clients that are there become as FILE says.")
    ] = False,
) -> None:
    """Register clients of a file, all or none. It has their ids and secrets."""
    described = read_json(file)
    config = load(config_file)
    take = replace_client if replace else import_client
    imported = run_fetching(
        config,
        lambda fetcher: import_all(
            described, partial(read_client, config=config, sectors=SectorSource(fetcher)), take
        ),
    )
    typer.echo(f"Imported {', '.join(imported)}.")


def _register(
    config_file: Path | None,
    metadata: Any,
    spell: Callable[[RegistrationRefused], str],
    *,
    as_json: bool,
) -> None:
    config = load(config_file)
    try:
        registered = run_fetching(
            config,
            lambda fetcher: register(
                metadata, config, sectors=SectorSource(fetcher), reserved_scopes=[ADMIN_SCOPE]
            ),
        )
    except RegistrationRefused as refusal:
        raise Refused(spell(refusal)) from refusal
    print_registered(config, registered, as_json=as_json)


def _change(config_file: Path | None, client_id: str, change: Callable[[str], bool]) -> None:
    if not run(load(config_file), lambda: change(client_id)):
        raise Refused(NO_CLIENT)


def _find(client_id: str) -> Client:
    client = find_client(client_id)
    if client is None:
        raise Refused(NO_CLIENT)
    return client
