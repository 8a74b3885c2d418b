"""The accounts that are signed in in one browser, each by a login session of its own.

One of them is active; the browser keeps the ids of the others beside it. They are looked for only
where it matters that there are several.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from idp.config import LoginSessionsConfig
from idp.secret import Secret
from idp.storage.users import User
from idp.users import login_sessions
from idp.users.login_sessions import SignedIn
from idp.users.names import login_key


@dataclass(frozen=True, slots=True)
class Account:
    """A person who is signed in, and the id by which the browser knows it."""

    session: Secret
    signed_in: SignedIn

    @property
    def user(self) -> User:
        """Whose it is."""
        return self.signed_in.user

    @property
    def sid(self) -> str:
        """The public name of the login session."""
        return self.signed_in.login_session.sid


def list_accounts(
    active: Secret | None, others: Iterable[Secret], config: LoginSessionsConfig
) -> list[Account]:
    """List who is signed in, the active account first; what has ended is left out."""
    ids = [*([active] if active else ()), *others]
    found = ((each, login_sessions.find(each.reveal(), config)) for each in ids)
    return [Account(session, signed_in) for session, signed_in in found if signed_in]


def is_called(user: User, login_hint: str) -> bool:
    """Tell whether a person would sign in by this name."""
    return login_key(login_hint) in (user.username_key, user.email_key)
