"""What `idp serve` says when it is ready: where it is, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

import typer

from idp import __version__, paths
from idp.cli.doubts import doubt_safety
from idp.cli.listening import address_of, misses_port
from idp.cli.output import align, note, print_box, warn
from idp.config import Config
from idp.demo import Demo
from idp.secret import Secret

SETUP = "There is no administrator yet. Open this link within a day to become the first one:"
KEPT = "as printed when it was made"


@dataclass(frozen=True, slots=True)
class Findings:
    """What came out while the server got ready."""

    setup_token: Secret | None = None
    demo: Demo | None = None
    leftovers: Sequence[str] = ()


def greet(config: Config, findings: Findings) -> None:
    """Print it."""
    typer.echo(f"idp {__version__} listens on {address_of(config.server)} (Ctrl+C stops it).")
    typer.echo(f"The issuer is {config.issuer}")
    if misses_port(config):  # before the links, since they would not work
        note(
            f"Note: the issuer names another port than {config.server.port}. Unless a proxy stands"
            f" in between, set IDP_ISSUER={address_of(config.server)}"
        )
    if findings.setup_token is not None:
        link = f"{config.issuer}{paths.SETUP}/{findings.setup_token.reveal()}"
        typer.echo(f"\n{SETUP}\n\n  {link}\n")
    if findings.demo is not None:
        typer.echo()
        print_box(_describe_demo(config, findings.demo))
        typer.echo()
    _point_out(config, findings)


def _point_out(config: Config, findings: Findings) -> None:
    if config.server.workers > 1 and config.database.url.startswith("sqlite"):
        note("Note: several workers share one SQLite file; they are faster with PostgreSQL.")
    for sentence in doubt_safety(config):
        warn(sentence)
    if findings.leftovers:
        warn("--dev has left a demo in this database. Take it away:")
        for command in findings.leftovers:
            note(f"  {command}")


def _describe_demo(config: Config, demo: Demo) -> list[str]:
    password = demo.password.reveal() if demo.password else KEPT
    secret = demo.client_secret.reveal() if demo.client_secret else KEPT
    lines = align(
        [
            ("Playground", f"{config.issuer}{paths.PLAYGROUND}"),
            ("User", demo.username),
            ("Password", password),
            ("", ""),
            ("Discovery", f"{config.issuer}{paths.OPENID_CONFIGURATION}"),
            ("client_id", demo.client_id),
            ("client_secret", secret),
            ("redirect_uri", f"{demo.redirect_uri} (any port)"),
        ]
    )
    hints = []
    if demo.password is None:
        hints.append(f"A new password:  idp user password {demo.username}")
    if demo.client_secret is None:
        hints.append(f"A new secret:    idp client secret {demo.client_id}")
    return [*lines, "", *hints] if hints else lines
