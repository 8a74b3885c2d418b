"""Where a person is signed in: one browser or all others can be signed out from here."""

from collections.abc import Collection
from dataclasses import dataclass

from starlette.responses import Response

from idp import paths
from idp.pages.account.frame import show
from idp.pages.account.moments import in_words
from idp.storage.login_sessions import LoginSession
from idp.users import login_sessions
from idp.users.login_sessions import SignedIn
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect
from idp.words import N_

HANDHELD = frozenset({"iPhone", "iPad", "Android"})

# What was proven, as `amr` names it (RFC 8176 §2), and how to say that; the first that holds.
WAYS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"pop"}), N_("with a passkey")),
    (frozenset({"pwd", "mfa"}), N_("with a password and a code")),
    (frozenset({"pwd"}), N_("with a password")),
    (frozenset({"otp"}), N_("with a code by email")),
)


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A browser in which a person is signed in, in words."""

    sid: str
    browser: str | None
    system: str | None
    network: str | None
    icon: str
    way: str | None
    signed_in_at: str
    last_seen_at: str
    current: bool


def devices(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page."""
    user, current = signed_in.user, signed_in.login_session
    alive = login_sessions.list_alive(user.user_id, provider.config.login_sessions)
    return show(
        provider,
        http,
        "devices.html",
        user,
        devices=[
            _view(each, signed_in)
            for each in sorted(alive, key=lambda each: each.sid != current.sid)
        ],
    )


def sign_out(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Sign the person out of another browser; /logout is for the one that they use."""
    login_sessions.end_another(signed_in.login_session, http.form.get("sid") or "")
    return redirect(provider, http, provider.url(paths.DEVICES))


def sign_out_others(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Sign the person out of all browsers but this."""
    login_sessions.end_all(signed_in.user.user_id, except_sid=signed_in.login_session.sid)
    return redirect(provider, http, provider.url(paths.DEVICES))


def way_of(amr: Collection[str]) -> str | None:
    """Say how a person signed in."""
    return next((way for proven, way in WAYS if proven.issubset(amr)), None)


def _view(login_session: LoginSession, signed_in: SignedIn) -> DeviceView:
    user = signed_in.user
    return DeviceView(
        sid=login_session.sid,
        browser=login_session.browser,
        system=login_session.system,
        network=login_session.network,
        icon="phone" if login_session.system in HANDHELD else "screen",
        way=way_of(login_session.amr),
        signed_in_at=in_words(login_session.auth_time, user),
        last_seen_at=in_words(login_session.last_seen_at, user),
        current=login_session.sid == signed_in.login_session.sid,
    )
