"""`idp keys`: the keys that sign tokens, decrypt request objects, and seal secrets."""

from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import typer

from idp import clock
from idp.authenticators import totp_enrolment
from idp.cli.command import AsJson, command, verbs
from idp.cli.output import iso, moment, print_json, print_table
from idp.cli.refusal import Refused
from idp.cli.running import run
from idp.cli.settings import load
from idp.signing import (
    KeyState,
    NextKeyTooYoung,
    describe_keys,
    discard_key,
    rotate,
    rotate_immediately,
)
from idp.storage.signing_keys import SigningKeyRow
from idp.users.sealing import add_sealing_key

app = verbs()

NO_KEY = "There is no such key: `idp keys list` shows all."
HEAD = ("ALGORITHM", "STATE", "KEY ID", "MADE", "USED SINCE", "KEPT UNTIL")


@command(app, "list")
def list_(config_file: Path | None, as_json: AsJson = False) -> None:
    """List the keys. The active ones are in use, the next ones will be, retired ones only were."""
    keys = run(load(config_file), describe_keys)
    if as_json:
        print_json([_as_json(key) for key in keys])
    elif not keys:
        typer.echo("There are no keys yet: the first start of the server makes them.")
    else:
        print_table(HEAD, map(_row, keys))


@command(app, "rotate")
def rotate_keys(
    config_file: Path | None,
    now: Annotated[
        bool, typer.Option("--now", help="Do it even if clients may not know the next keys yet.")
    ] = False,
) -> None:
    """Let the next keys be used from now on. Their successors are made."""
    config = load(config_file)
    act = rotate_immediately if now else rotate

    def rotate_and_list() -> list[SigningKeyRow]:
        act(config)
        return describe_keys()

    try:
        keys = run(config, rotate_and_list)
    except NextKeyTooYoung as young:
        raise Refused(_explain(young)) from young
    typer.echo("Rotated. From now on these keys are used; running servers notice within seconds:")
    active = [key for key in keys if key.state == KeyState.ACTIVE]
    print_table(HEAD[:1] + HEAD[2:3], ((key.algorithm, key.kid) for key in active))


@command(app, "discard")
def discard(
    config_file: Path | None,
    kid: Annotated[str, typer.Argument(metavar="KEY_ID", help="As `idp keys list` shows it.")],
) -> None:
    """Take a lost or stolen key out of use. Tokens that it signed are good no more."""
    config = load(config_file)
    if not run(config, lambda: discard_key(config, kid)):
        raise Refused(NO_KEY)
    typer.echo(f"Discarded {kid}. Running servers notice within seconds.")


@command(app, "rotate-sealing")
def rotate_sealing(config_file: Path | None) -> None:
    """Let a new key seal the secrets of authenticator apps. The old one still opens backups."""
    config = load(config_file)

    def rotate() -> int:
        add_sealing_key(config.keys)
        return totp_enrolment.seal_anew(config)

    count = run(config, rotate)
    typer.echo(f"Made a new sealing key; {count} secrets are sealed with it.")


def _explain(young: NextKeyTooYoung) -> str:
    minutes = ceil((young.ready_at - clock.now()) / timedelta(minutes=1))
    return (
        "Clients may still keep a list without the next keys: rotate after"
        f" {moment(young.ready_at)}, in {minutes} minutes; or at once with --now, and some clients"
        " may refuse new tokens until they fetch the list again."
    )


def _row(key: SigningKeyRow) -> tuple[str, ...]:
    times = (key.created_at, key.activated_at, key.expires_at)
    return (key.algorithm, key.state, key.kid, *map(moment, times))


def _as_json(key: SigningKeyRow) -> dict[str, Any]:
    return {
        "kid": key.kid,
        "algorithm": key.algorithm,
        "state": key.state,
        "created_at": iso(key.created_at),
        "activated_at": iso(key.activated_at),
        "retired_at": iso(key.retired_at),
        "expires_at": iso(key.expires_at),
        "public_jwk": key.public_jwk,
    }
