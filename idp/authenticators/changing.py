"""What is done around each change of what a person proves with who they are (OWASP ASVS 7.4.3)."""

from idp import audit
from idp.audit import EventName
from idp.config import Config
from idp.outbox.notices import Notice, notify
from idp.storage.login_sessions import list_login_sessions
from idp.storage.users import User, touch_user
from idp.users import login_sessions
from idp.users.accounts import SignedOutMeanwhile

NOTICES = {
    EventName.PASSKEY_ADDED: Notice.PASSKEY_ADDED,
    EventName.PASSKEY_REMOVED: Notice.PASSKEY_REMOVED,
    EventName.TOTP_ADDED: Notice.TOTP_ON,
    EventName.TOTP_REMOVED: Notice.TOTP_OFF,
    EventName.RECOVERY_CODES_MADE: Notice.RECOVERY_CODES_MADE,
    EventName.RECOVERY_CODE_SPENT: Notice.RECOVERY_CODE_USED,
}


def begin(user: User, current_sid: str) -> None:
    """Let nobody else change it before this transaction is over.

    Raises SignedOutMeanwhile: somebody else has changed it, and has ended this session with that.
    """
    touch_user(user.user_id)
    if current_sid not in {each.sid for each in list_login_sessions(user.user_id)}:
        raise SignedOutMeanwhile


def end(config: Config, event: EventName, user: User, current_sid: str | None) -> None:
    """Tell of the change, and sign the person out of all other browsers."""
    tell(config, event, user, current_sid)
    login_sessions.end_all(user.user_id, except_sid=current_sid)


def tell(config: Config, event: EventName, user: User, sid: str | None = None) -> None:
    """Record what has happened, and let the person hear of it by mail."""
    audit.record(event, user_id=user.user_id, sid=sid)
    notify(config.mail, user, NOTICES[event])
