"""`idp user authenticators`, `idp user reset-totp`: what people sign in with."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import typer

from idp.authenticators import totp_enrolment
from idp.cli.command import AsJson, command
from idp.cli.output import iso, moment, print_json, print_table
from idp.cli.person import UserName, describe, find
from idp.cli.refusal import Refused
from idp.cli.running import run
from idp.cli.settings import load
from idp.storage.credentials import RECOVERY_CODE, Credential, list_credentials
from idp.storage.users import User

HEAD = ("TYPE", "NAME", "SINCE", "LAST CHANGE OR USE")
NO_TOTP = "This person has no authenticator app: `idp user authenticators` shows what they have."


def add_to(app: typer.Typer) -> None:
    """Add the commands to those of `idp user`."""
    command(app, "authenticators")(list_)
    command(app, "reset-totp")(reset_totp)


def list_(config_file: Path | None, name: UserName, as_json: AsJson = False) -> None:
    """List what a person signs in with. No secret is shown."""
    found = run(load(config_file), lambda: list_credentials(find(name).user_id))
    if as_json:
        print_json([_as_json(each) for each in found])
    elif not found:
        typer.echo("This person cannot sign in with anything: `idp user password NAME` helps.")
    else:
        print_table(HEAD, _rows(found))


def reset_totp(config_file: Path | None, name: UserName) -> None:
    """Turn off the app of who has lost it. Their sessions end."""

    config = load(config_file)

    def reset() -> User:
        user = find(name)
        if not totp_enrolment.remove(config, user, current_sid=None):
            raise Refused(NO_TOTP)
        return user

    user = run(config, reset)
    typer.echo(f"Removed the authenticator app of {describe(user)}; every session has ended.")


def _rows(found: list[Credential]) -> Iterable[tuple[str, ...]]:
    """Write a line for each, and one for all recovery codes together."""
    for type_, group in groupby(sorted(found, key=lambda each: each.type), lambda each: each.type):
        of_type = list(group)
        if type_ == RECOVERY_CODE:
            yield (type_, f"{len(of_type)} left", moment(of_type[0].created_at), "")
            continue
        for each in of_type:
            yield (
                type_,
                each.data.get("name", ""),
                moment(each.created_at),
                moment(each.updated_at),
            )


def _as_json(credential: Credential) -> dict[str, Any]:
    return {
        "credential_id": credential.credential_id,
        "type": credential.type,
        "name": credential.data.get("name"),
        "created_at": iso(credential.created_at),
        "updated_at": iso(credential.updated_at),
    }
