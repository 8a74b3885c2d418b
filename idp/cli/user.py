"""`idp user`: the accounts of people."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer

from idp import paths
from idp.cli import authenticators
from idp.cli.command import AsJson, command, verbs
from idp.cli.json_file import STDIN, read_json
from idp.cli.output import iso, moment, note, print_json, print_table, warn
from idp.cli.person import UserName, describe, find
from idp.cli.refusal import Refused
from idp.cli.running import run
from idp.cli.settings import load
from idp.cli.terminal import confirm, read_password
from idp.config import Config
from idp.storage.users import User, admin_exists, list_users
from idp.users.accounts import (
    add_account,
    disable_account,
    enable_account,
    set_claims,
    set_password,
)
from idp.users.deletion import remove_account
from idp.users.invitations import InvitationsOff, invite
from idp.users.names import ValidationFailed
from idp.users.password_strength import check_strength
from idp.users.passwords import Hasher, HashingBusy
from idp.users.passwords.breached import BREACHED, is_filed

app = verbs()
authenticators.add_to(app)

FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input: one line."),
]

NO_ADMIN = (
    "There is no administrator now: add one with `idp user add NAME --email E --admin`, or use"
    " the link that the next start of the server prints."
)

INVITATIONS_OFF = (
    'registration.mode is "off": set it to "invite", or add the account with `idp user add`.'
)
ONE_STDIN = "Standard input is the password or the claims, not both: give the claims by a file."

# What a refused field is called on the command line.
HASHING_TOO_SLOW = (
    "Hashing took longer than passwords.hashing_deadline: raise that, or let a hash be less work"
    " (`idp check hashing`)."
)
FIELDS = {
    "username": "NAME",
    "email": "--email",
    "name": "--name",
    "password": "Password",
}


@command(app, "add")
def add(
    config_file: Path | None,
    username: Annotated[
        str, typer.Argument(metavar="NAME", help="The user name, by which the person signs in.")
    ],
    email: Annotated[
        str, typer.Option(metavar="E", help="The email address, by which one can sign in, too.")
    ],
    name: Annotated[
        str | None, typer.Option(metavar="DISPLAY", help="What pages and apps call the person.")
    ] = None,
    from_stdin: FromStdin = False,
    is_admin: Annotated[
        bool, typer.Option("--admin", help="Make the person an administrator.")
    ] = False,
    email_verified: Annotated[
        bool, typer.Option("--email-verified", help="Say that the address is known to be theirs.")
    ] = False,
    claims_json: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help="Say more of the person: standard claims as JSON; - is stdin."
        ),
    ] = None,
) -> None:
    """Add an account. Asks for its password."""
    if from_stdin and claims_json == STDIN:
        raise typer.BadParameter(ONE_STDIN)
    config = load(config_file)
    claims = None if claims_json is None else read_json(claims_json)
    password = read_password(from_stdin=from_stdin)
    with closing(Hasher(config.passwords)) as hasher:
        user = _run(
            config,
            lambda: add_account(
                hasher,
                username=username,
                email=email,
                name=name,
                password=password,
                is_admin=is_admin,
                email_verified=email_verified,
                claims=claims,
            ),
        )
    typer.echo(f"Added {describe(user)}.")
    _warn_if_weak(config, user, password)


@command(app, "invite")
def invite_(
    config_file: Path | None,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Where the person reads mail.")],
    name: Annotated[
        str | None, typer.Option(metavar="DISPLAY", help="What pages and apps call the person.")
    ] = None,
    is_admin: Annotated[
        bool, typer.Option("--admin", help="Let the person become an administrator.")
    ] = False,
) -> None:
    """Mail a person a link to make an account, and print it."""
    config = load(config_file)
    try:
        link = _run(
            config,
            lambda: invite(config, email, name=name, is_admin=is_admin),
            fields=FIELDS | {"email": "EMAIL"},
        )
    except InvitationsOff as off:
        raise Refused(INVITATIONS_OFF) from off
    typer.echo(f"{config.issuer}{paths.MAIL_LINK}/{link.reveal()}")
    note("The link is good for a week and for one account. A server that runs mails another one.")


@command(app, "list")
def list_(config_file: Path | None, as_json: AsJson = False) -> None:
    """List all accounts."""
    users = run(load(config_file), list_users)
    if as_json:
        print_json([_as_json(user) for user in users])
    elif not users:
        typer.echo("There are no users yet: `idp user add` adds one.")
    else:
        print_table(("USER", "EMAIL", "NAME", "ROLE", "STATE", "SINCE"), map(_row, users))


@command(app, "disable")
def disable(config_file: Path | None, name: UserName) -> None:
    """Close an account. Its sessions end, and so does what apps were allowed."""

    def close() -> tuple[User, bool]:
        user = find(name)
        disable_account(user.user_id)
        return user, admin_exists()

    user, has_admin = run(load(config_file), close)
    typer.echo(f"Disabled {describe(user)}.")
    if user.is_admin and not has_admin:
        warn(NO_ADMIN)


@command(app, "enable")
def enable(config_file: Path | None, name: UserName) -> None:
    """Open an account again."""

    def open_again() -> User:
        user = find(name)
        enable_account(user.user_id)
        return user

    user = run(load(config_file), open_again)
    typer.echo(f"Enabled {describe(user)}.")


@command(app, "remove")
def remove(
    config_file: Path | None,
    name: UserName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove an account for good, with all that hangs on it. Apps hear of it."""
    config = load(config_file)
    user = run(config, lambda: find(name))
    if not yes:
        confirm(f"Remove {describe(user)} for good, and all that is kept of them?")

    def remove_it() -> bool:
        remove_account(config, user)
        return admin_exists()

    has_admin = run(config, remove_it)
    typer.echo(f"Removed {describe(user)}.")
    if user.is_admin and not has_admin:
        warn(NO_ADMIN)


@command(app, "password")
def password(config_file: Path | None, name: UserName, from_stdin: FromStdin = False) -> None:
    """Set a new password. All that was opened with the old one ends."""
    config = load(config_file)
    user = run(config, lambda: find(name))  # before anybody types in vain
    new_password = read_password(from_stdin=from_stdin)
    with closing(Hasher(config.passwords)) as hasher:
        _run(config, lambda: set_password(hasher, config, user, new_password))
    typer.echo(f"Changed the password of {describe(user)}; every session of theirs has ended.")
    _warn_if_weak(config, user, new_password)


@command(app, "set-claims")
def set_claims_of(
    config_file: Path | None,
    name: UserName,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Standard claims as JSON; - is stdin.")
    ],
) -> None:
    """Say what is known of a person. What FILE leaves out is known no more."""
    claims = read_json(file)

    def say() -> User:
        user = find(name)
        set_claims(user, claims)
        return user

    user = _run(load(config_file), say)
    typer.echo(f"Changed the claims about {describe(user)}.")


def _run(config: Config, function: Callable[[], Any], *, fields: Mapping[str, str] = FIELDS) -> Any:
    """Run what may refuse what a person typed."""
    try:
        return run(config, function)
    except ValidationFailed as failure:
        sentences = [_spell(fields, field, text) for field, text in failure.errors.items()]
        raise Refused(sentences) from failure
    except HashingBusy as busy:
        raise Refused(HASHING_TOO_SLOW) from busy


def _spell(fields: Mapping[str, str], field: str, text: str) -> str:
    """Say what is wrong: the text of an option is a sentence, that of a claim completes one."""
    return f"{fields[field]}: {text}" if field in fields else f"{field} {text}."


def _warn_if_weak(config: Config, user: User, password: str) -> None:
    context = (user.username, user.email or "", user.name or "", config.branding.name)
    weaknesses: list[str] = [
        *check_strength(password, config=config.passwords, context=context),
        *([BREACHED] if is_filed(config.passwords.breached_file, password) else ()),
    ]
    if weaknesses:
        warn(f"{weaknesses[0]} You may keep it, but the person could not have chosen it.")


def _row(user: User) -> tuple[str, ...]:
    return (
        user.username,
        user.email or "",
        user.name or "",
        "admin" if user.is_admin else "",
        "active" if user.is_active else "disabled",
        moment(user.created_at),
    )


def _as_json(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "username": user.username,
        "email": user.email,
        "email_verified": user.email_verified,
        "name": user.name,
        "is_admin": user.is_admin,
        "claims": user.claims or {},
        "created_at": iso(user.created_at),
        "disabled_at": iso(user.disabled_at),
    }
