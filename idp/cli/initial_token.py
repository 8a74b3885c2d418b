"""`idp client initial-token`: with what clients may register themselves (RFC 7591 §3)."""

from pathlib import Path
from typing import Annotated, Any

import typer

from idp import clock
from idp.cli.command import AsJson, command, verbs
from idp.cli.output import iso, moment, note, print_fields, print_json, print_table
from idp.cli.refusal import Refused
from idp.cli.running import run
from idp.cli.settings import load
from idp.clients import initial_access_token
from idp.storage.initial_access_tokens import InitialAccessToken

app = verbs()

DAY = 86_400
YEAR = 366 * DAY

HEAD = ("TOKEN ID", "USES LEFT", "SINCE", "UNTIL")
NO_TOKEN = "There is no such token: `idp client initial-token list` shows all."
KEEP = "Keep the token now: nobody can show it again."
OFF = "Warning: no client can register itself as long as client_registration.mode is off."


@command(app, "add")
def add(
    config_file: Path | None,
    uses: Annotated[
        int, typer.Option(metavar="N", min=1, max=10**6, help="For how many clients it is.")
    ] = 1,
    lifetime: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, max=YEAR, help="How long it is good.")
    ] = DAY,
    as_json: AsJson = False,
) -> None:
    """Make an initial access token. It is printed this once."""
    config = load(config_file)
    token, secret = run(config, lambda: initial_access_token.make(uses=uses, lifetime=lifetime))
    if as_json:
        print_json(_as_json(token) | {"initial_access_token": secret.reveal()})
    else:
        print_fields([("token_id", token.token_id), ("initial_access_token", secret.reveal())])
        note(KEEP)
    if config.client_registration.mode == "off":
        note(OFF)


@command(app, "list")
def list_(config_file: Path | None, as_json: AsJson = False) -> None:
    """List the tokens. What they are is not kept, and cannot be shown."""
    tokens = run(load(config_file), initial_access_token.list_all)
    if as_json:
        print_json([_as_json(token) for token in tokens])
    elif not tokens:
        typer.echo("There are no tokens: `idp client initial-token add` makes one.")
    else:
        print_table(HEAD, map(_row, tokens))


@command(app, "remove")
def remove(
    config_file: Path | None,
    token_id: Annotated[str, typer.Argument(metavar="TOKEN_ID", help="As `list` shows it.")],
) -> None:
    """Let nobody register with a token any more. Who has done so, stays."""
    if not run(load(config_file), lambda: initial_access_token.remove(token_id)):
        raise Refused(NO_TOKEN)
    typer.echo(f"Removed {token_id}.")


def _row(token: InitialAccessToken) -> tuple[str, ...]:
    ends = moment(token.expires_at) + ("" if token.expires_at > clock.now() else " (over)")
    return (token.token_id, str(token.uses_left), moment(token.created_at), ends)


def _as_json(token: InitialAccessToken) -> dict[str, Any]:
    return {
        "token_id": token.token_id,
        "uses_left": token.uses_left,
        "created_at": iso(token.created_at),
        "expires_at": iso(token.expires_at),
    }
