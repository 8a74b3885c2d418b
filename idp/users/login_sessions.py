"""Login sessions: where a person is signed in, for how long, and how that ends."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from idp import audit, clock
from idp.audit import EventName
from idp.config import LoginSessionsConfig
from idp.outbox.backchannel_logout import announce_logout
from idp.secret import Secret, digest, identifier
from idp.storage.grants import revoke_grants_of_session
from idp.storage.login_sessions import (
    LoginSession,
    add_login_session,
    end_login_session,
    find_login_session_and_user,
    hold_login_session_and_user,
    list_login_sessions,
    replace_login_session,
    touch_login_session,
)
from idp.storage.sign_ins import end_sign_ins
from idp.storage.users import User
from idp.users.devices import UNKNOWN, Device

# Noting each request would make each page a write.
TOUCH_INTERVAL = timedelta(minutes=5)


Lookup = Callable[[bytes], tuple[LoginSession, User] | None]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A login session that is good, and whose it is."""

    login_session: LoginSession
    user: User


def start(
    user: User,
    amr: Collection[str],
    config: LoginSessionsConfig,
    *,
    is_kept: bool = False,
    device: Device = UNKNOWN,
) -> tuple[Secret, LoginSession]:
    """Sign a person in, always under a new id: one from before may be known to others.

    `amr` says how the person proved who they are (RFC 8176), `device` in which browser.
    """
    secret = Secret.generate()
    now = clock.now()
    login_session = LoginSession(
        id_digest=secret.digest,
        sid=identifier(),
        user_id=user.user_id,
        amr=sorted(amr),
        auth_time=now,
        last_seen_at=now,
        expires_at=now + timedelta(seconds=lifetime_of(config, is_kept=is_kept)),
        ended_at=None,
        is_kept=is_kept,
        browser=device.browser,
        system=device.system,
        network=device.network,
    )
    add_login_session(login_session)
    return secret, login_session


def renew(
    login_session: LoginSession,
    amr: Collection[str],
    config: LoginSessionsConfig,
    *,
    is_kept: bool = False,
    device: Device = UNKNOWN,
) -> tuple[Secret, LoginSession]:
    """Sign the same person in once more: a new id and a new `auth_time` for the session they have.

    Its `sid` stays, and so do the grants that last as long as it.
    """
    is_kept = is_kept or login_session.is_kept
    secret = Secret.generate()
    now = clock.now()
    renewed = replace(
        login_session,
        id_digest=secret.digest,
        amr=sorted(amr),
        auth_time=now,
        last_seen_at=now,
        expires_at=now + timedelta(seconds=lifetime_of(config, is_kept=is_kept)),
        is_kept=is_kept,
        browser=device.browser,
        system=device.system,
        network=device.network,
    )
    if not replace_login_session(login_session.id_digest, renewed):
        renewed = replace(renewed, sid=identifier())  # the old one has ended meanwhile
        add_login_session(renewed)
    return secret, renewed


def find(secret_value: str | None, config: LoginSessionsConfig) -> SignedIn | None:
    """Find who is signed in, if the login session is neither too old nor idle for too long."""
    return _find(secret_value, config, find_login_session_and_user)


def hold(secret_value: str | None, config: LoginSessionsConfig) -> SignedIn | None:
    """Find who is signed in, to grant something: the session cannot end before that is stored."""
    return _find(secret_value, config, hold_login_session_and_user)


def _find(
    secret_value: str | None, config: LoginSessionsConfig, look_up: Lookup
) -> SignedIn | None:
    if not secret_value:
        return None
    found = look_up(digest(secret_value))
    if found is None or not found[1].is_active or not _is_alive(found[0], config):
        return None
    login_session, user = found
    _touch(login_session, config)
    return SignedIn(login_session, user)


def list_alive(user_id: str, config: LoginSessionsConfig) -> list[LoginSession]:
    """List where a person is signed in, the last sign-in first."""
    return [each for each in list_login_sessions(user_id) if _is_alive(each, config)]


def end(login_session: LoginSession) -> None:
    """Sign a person out of one browser, end the grants that last as long, and tell the clients."""
    if end_login_session(login_session.sid):
        revoke_grants_of_session(login_session.user_id, login_session.sid)
        announce_logout(login_session)
        audit.record(EventName.LOGGED_OUT, user_id=login_session.user_id, sid=login_session.sid)


def end_another(current: LoginSession, sid: str) -> None:
    """Sign a person out of another of their browsers; no other `sid` does anything."""
    for login_session in list_login_sessions(current.user_id):
        if login_session.sid == sid != current.sid:
            end(login_session)


def end_all(user_id: str, *, except_sid: str | None = None) -> None:
    """Sign a person out of all browsers, or of all but one; what waits for a second step ends, too.

    Half of it may have been proven by what is good no more.
    """
    end_sign_ins(user_id)
    while others := [each for each in list_login_sessions(user_id) if each.sid != except_sid]:
        for login_session in others:
            end(login_session)


def lifetime_of(config: LoginSessionsConfig, *, is_kept: bool) -> int:
    """Give the seconds that a login session lasts at most."""
    return config.kept_absolute_lifetime if is_kept else config.absolute_lifetime


def _idle_lifetime(login_session: LoginSession, config: LoginSessionsConfig) -> int:
    return config.kept_idle_lifetime if login_session.is_kept else config.idle_lifetime


def _is_alive(login_session: LoginSession, config: LoginSessionsConfig) -> bool:
    now = clock.now()
    idle_since = now - timedelta(seconds=_idle_lifetime(login_session, config))
    return now < login_session.expires_at and login_session.last_seen_at > idle_since


def _touch(login_session: LoginSession, config: LoginSessionsConfig) -> None:
    now = clock.now()
    interval = min(TOUCH_INTERVAL, timedelta(seconds=_idle_lifetime(login_session, config)) / 2)
    if now - login_session.last_seen_at >= interval:
        touch_login_session(login_session.id_digest, now)
