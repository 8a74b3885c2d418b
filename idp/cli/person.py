"""The person whom a command is about."""

from typing import Annotated

import typer

from idp.cli.refusal import Refused
from idp.storage.users import User, find_user_by_key
from idp.users.names import login_key

UserName = Annotated[
    str, typer.Argument(metavar="NAME", help="The user name, or the email address.")
]

NO_USER = "There is no such user: `idp user list` shows all."


def find(name: str) -> User:
    """Find an account by what the person signs in with. Raises Refused."""
    user = find_user_by_key(login_key(name))
    if user is None:
        raise Refused(NO_USER)
    return user


def describe(user: User) -> str:
    """Say who it is."""
    role = "administrator" if user.is_admin else "user"
    return f"{role} {user.username}"
