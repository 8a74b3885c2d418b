"""Login sessions: a browser in which a person has signed in."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    String,
    Table,
    and_,
    bindparam,
    false,
    select,
    update,
)

from idp import clock
from idp.storage.operations import Change
from idp.storage.schema import SHORT_ROWS, Digest, Moment, metadata
from idp.storage.statements import add_row, changed, fetch_all
from idp.storage.together import together
from idp.storage.transaction import db
from idp.storage.users import User, users

login_sessions = Table(
    "login_sessions",
    metadata,
    Column("id_digest", Digest, primary_key=True),
    Column("sid", String(64), nullable=False, unique=True),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("amr", JSON, nullable=False),
    Column("auth_time", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
    Column("is_kept", Boolean, nullable=False, server_default=false()),
    Column("browser", String(32)),
    Column("system", String(32)),
    Column("network", String(64)),
    **SHORT_ROWS,
)


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A sign-in that lasts. `sid` is its public name (OIDC Front-Channel Logout §3).

    `is_kept` says that the person wants it to last longer, on a device of their own.
    The last three say where it is, as far as that is known (users/devices.py).
    """

    id_digest: bytes
    sid: str
    user_id: str
    amr: list[str]
    auth_time: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    is_kept: bool = False
    browser: str | None = None
    system: str | None = None
    network: str | None = None


_IS_LIVE = and_(
    login_sessions.c.id_digest == bindparam("id_digest"), login_sessions.c.ended_at.is_(None)
)
_WITH_USER = ((LoginSession, login_sessions), (User, users))
_FIND_WITH_USER = together(_IS_LIVE, *_WITH_USER)
_HOLD_WITH_USER = together(_IS_LIVE, *_WITH_USER, hold=login_sessions)
_TOUCH = Change(
    update(login_sessions)
    .where(login_sessions.c.id_digest == bindparam("digest"))
    .values(last_seen_at=bindparam("now"))
)


def add_login_session(login_session: LoginSession) -> None:
    """Add a login session."""
    add_row(login_sessions, login_session)


def find_login_session_and_user(id_digest: bytes) -> tuple[LoginSession, User] | None:
    """Find a login session that has not ended, and whose it is, in one round trip."""
    found: tuple[LoginSession, User] | None = _FIND_WITH_USER.one(id_digest=id_digest)
    return found


def hold_login_session_and_user(id_digest: bytes) -> tuple[LoginSession, User] | None:
    """Find them, and let nobody end the session before this transaction is over.

    So that what is granted beside a logout, or any other revocation, cannot outlive it: either
    it is seen here, or it sees what was granted here. SQLite has one writer and needs no lock.
    """
    found: tuple[LoginSession, User] | None = _HOLD_WITH_USER.one(id_digest=id_digest)
    return found


def hold_login_sessions(user_id: str) -> None:
    """Wait until nothing is being granted in a login session of a person, and let nothing begin."""
    match = login_sessions.c.user_id == user_id
    in_order = select(login_sessions.c.sid).where(match).order_by(login_sessions.c.sid)
    db().hold(in_order)


def list_login_sessions(user_id: str) -> list[LoginSession]:
    """List a person's login sessions that are alive, newest first, at most 100."""
    statement = select(login_sessions).where(
        login_sessions.c.user_id == user_id,
        login_sessions.c.ended_at.is_(None),
        login_sessions.c.expires_at > clock.now(),
    )
    newest_first = statement.order_by(login_sessions.c.auth_time.desc()).limit(100)
    return fetch_all(LoginSession, newest_first)


def replace_login_session(id_digest: bytes, renewed: LoginSession) -> bool:
    """Put a renewed login session in the place of the old one, unless that has ended."""
    match = (login_sessions.c.id_digest == id_digest, login_sessions.c.ended_at.is_(None))
    return changed(update(login_sessions).where(*match).values(**asdict(renewed)))


def touch_login_session(id_digest: bytes, last_seen_at: datetime) -> None:
    """Note that a login session is in use."""
    _TOUCH.later(digest=id_digest, now=last_seen_at)


def end_login_session(sid: str) -> bool:
    """End a login session; tell whether it was alive."""
    match = (login_sessions.c.sid == sid, login_sessions.c.ended_at.is_(None))
    return changed(update(login_sessions).where(*match).values(ended_at=clock.now()))
