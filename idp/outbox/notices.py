"""Notices: a person is told by mail what has happened to their account (NIST SP 800-63B §4.6)."""

from enum import StrEnum

from idp import clock, paths
from idp.config import MailConfig
from idp.outbox import mail
from idp.outbox.mail import PAGE, MailTemplate
from idp.secret import digest
from idp.storage.attempts import count_attempt
from idp.storage.users import User

HOUR = 3600
MOST_IN_AN_HOUR = 20


class Notice(StrEnum):
    """What has happened."""

    PASSWORD_CHANGED = "password_changed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_CLONED = "passkey_cloned"
    TOTP_ON = "totp_on"
    TOTP_OFF = "totp_off"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    EMAIL_CHANGED = "email_changed"
    NEW_SIGN_IN = "new_sign_in"
    ACCOUNT_DELETED = "account_deleted"


def notify(config: MailConfig, user: User, notice: Notice, **facts: str) -> None:
    """Send a person a notice, if they have an address and notices are on.

    Who has got in shall not be able to bury one of them under a thousand others.
    """
    if not config.notices or user.email is None or _has_had_enough(user):
        return
    known = {"event": notice.value}
    if notice is not Notice.ACCOUNT_DELETED:
        known[PAGE] = paths.ACCOUNT
    mail.send(MailTemplate.NOTICE, user.email, known | facts, user_id=user.user_id)


def _has_had_enough(user: User) -> bool:
    count = count_attempt(digest(f"notice {user.user_id}"), clock.in_seconds(HOUR)).count
    return count > MOST_IN_AN_HOUR
