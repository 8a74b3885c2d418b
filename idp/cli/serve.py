"""`idp serve`: what it takes; what it does is in server.py."""

import gc
from pathlib import Path
from typing import Annotated, Any

import typer

from idp.cli.command import command

DEV = (
    "Try it out on this machine: with a demo user, a demo client and a playground that shows"
    " every step of a sign-in."
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "serve")(serve)


def serve(
    config_file: Path | None,
    host: Annotated[
        str | None, typer.Option(metavar="H", help="The address to listen on, for server.host.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(metavar="P", min=1, max=65535, help="The TCP port, for server.port."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="How many processes, for server.workers."),
    ] = None,
    dev: Annotated[bool, typer.Option("--dev", help=DEV)] = False,
) -> None:
    """Start the server. It needs no settings to begin with."""
    # Hardly anything of what is imported is garbage, and to look for it takes a seventh of a start.
    gc.disable()
    try:
        from idp.cli.server import start  # it takes a second to import, also for `idp --help`
    finally:
        gc.freeze()
        gc.enable()

    options = {"host": host, "port": port, "workers": workers, "dev": dev or None}
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    start(config_file, given)
