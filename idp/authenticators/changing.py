"""What is done around each change of what a person proves with who they are (OWASP ASVS 7.4.3)."""

from idp import audit
from idp.audit import EventName
from idp.storage.login_sessions import list_login_sessions
from idp.storage.users import User, touch_user
from idp.users import login_sessions
from idp.users.accounts import SignedOutMeanwhile


def begin(user: User, current_sid: str) -> None:
    """Let nobody else change it before this transaction is over.

    Raises SignedOutMeanwhile: somebody else has changed it, and has ended this session with that.
    """
    touch_user(user.user_id)
    if current_sid not in {each.sid for each in list_login_sessions(user.user_id)}:
        raise SignedOutMeanwhile


def end(event: EventName, user: User, current_sid: str | None) -> None:
    """Record the change, and sign the person out of all other browsers."""
    audit.record(event, user_id=user.user_id, sid=current_sid)
    login_sessions.end_all(user.user_id, except_sid=current_sid)
