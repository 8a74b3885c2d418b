"""The end of an account: all that hangs on it goes, and clients hear of it.

Security events stay as long as others, under an id that leads to nobody any more.
"""

from idp import audit
from idp.audit import EventName
from idp.config import Config
from idp.outbox.notices import Notice, notify
from idp.storage.grants import revoke_grants_of_user
from idp.storage.users import User, hold_admins, hold_user, remove_user
from idp.users import login_sessions


class LastAdministrator(Exception):
    """Nobody would be left who may administrate this server."""


def delete_own_account(config: Config, user: User) -> None:
    """Remove an account for its owner. Raises LastAdministrator."""
    if user.is_admin and set(hold_admins()) <= {user.user_id}:
        raise LastAdministrator
    remove_account(config, user)


def remove_account(config: Config, user: User) -> None:
    """Remove an account, after its sessions and grants have ended, of which clients are told."""
    hold_user(user.user_id)
    login_sessions.end_all(user.user_id)
    revoke_grants_of_user(user.user_id)
    if remove_user(user.user_id):
        audit.record(EventName.USER_REMOVED, user_id=user.user_id)
        notify(config.mail, user, Notice.ACCOUNT_DELETED, account=user.username)
