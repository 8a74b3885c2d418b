"""The one-time link by which the first administrator makes an account."""

from idp import audit, clock
from idp.audit import EventName
from idp.config import Config
from idp.secret import Secret, digest
from idp.storage.database import rollback
from idp.storage.one_time_tokens import (
    SETUP,
    is_one_time_token_good,
    replace_one_time_token,
    spend_one_time_token,
)
from idp.storage.users import User, admin_exists
from idp.users.accounts import check_account, create_user, refuse_taken
from idp.users.names import NameTaken
from idp.users.passwords import Hasher

LIFETIME = 86_400


class SetupLinkInvalid(Exception):
    """The link was used, is too old, or never was; or there is an administrator already."""


def setup_needed() -> bool:
    """Tell whether there is nobody yet who looks after this server."""
    return not admin_exists()


def make_setup_token() -> Secret:
    """Make the token of a new link, good for a day; an earlier link is good no more."""
    token = Secret.generate()
    replace_one_time_token(SETUP, token.digest, clock.in_seconds(LIFETIME))
    return token


def check_setup_link(token: str) -> None:
    """Raise SetupLinkInvalid unless the link could be used."""
    if not is_one_time_token_good(SETUP, digest(token)) or not setup_needed():
        raise SetupLinkInvalid


def complete_setup(
    hasher: Hasher,
    config: Config,
    token: str,
    *,
    username: str,
    email: str,
    name: str,
    password: str,
) -> User:
    """Use the link to make the first administrator.

    Raises SetupLinkInvalid; ValidationFailed, after which the link is still good; HashingBusy.
    """
    check_setup_link(token)
    profile = check_account(config, username=username, email=email, name=name, password=password)
    refuse_taken(profile)
    # Hashing commits, so it comes before the first write: the token is spent with the account.
    password_hash = hasher.hash(password)
    if not spend_one_time_token(SETUP, digest(token)):
        raise SetupLinkInvalid
    try:
        user = create_user(profile, password_hash, is_admin=True)
    except NameTaken:  # since it was checked: the link is for another try
        rollback()
        raise
    audit.record(EventName.SETUP_COMPLETED, user_id=user.user_id)
    return user
