"""What happened to a person's account, in sentences: their own security events, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from idp import paths
from idp.audit import EventName
from idp.clients.registration import find_clients
from idp.pages.account.frame import show
from idp.pages.account.moments import in_words
from idp.storage.audit_events import StoredEvent, list_events_of_user
from idp.storage.users import User
from idp.users.login_sessions import SignedIn
from idp.web.clients import view_of
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.words import N_

PAGE = 25

# Apps do these by themselves, every few minutes.
LEFT_OUT = frozenset(
    {
        EventName.TOKENS_ISSUED,
        EventName.TOKENS_REFRESHED,
        EventName.TOKEN_REVOKED,
        EventName.TOKEN_EXCHANGED,
    }
)

SENTENCES: Mapping[str, str] = {
    EventName.LOGIN_SUCCEEDED: N_("You signed in"),
    EventName.LOGIN_FAILED: N_("A sign-in failed"),
    EventName.LOGIN_THROTTLED: N_("Sign-ins were stopped for a while after too many attempts"),
    EventName.LOGGED_OUT: N_("A browser was signed out"),
    EventName.USER_REGISTERED: N_("You created this account"),
    EventName.USER_ADDED: N_("An administrator created this account"),
    EventName.USER_DISABLED: N_("An administrator closed this account"),
    EventName.USER_ENABLED: N_("An administrator opened this account again"),
    EventName.USER_EXPORTED: N_("You downloaded a copy of your data"),
    EventName.PASSWORD_CHANGED: N_("The password was changed"),
    EventName.TOTP_ADDED: N_("An authenticator app was set up"),
    EventName.TOTP_REMOVED: N_("The authenticator app was turned off"),
    EventName.RECOVERY_CODES_MADE: N_("New recovery codes were made"),
    EventName.RECOVERY_CODE_SPENT: N_("A recovery code was used"),
    EventName.PASSKEY_ADDED: N_("A passkey was added"),
    EventName.PASSKEY_REMOVED: N_("A passkey was removed"),
    EventName.PASSKEY_CLONED: N_("A passkey was refused, because there seems to be a copy of it"),
    EventName.USER_INVITED: N_("You were invited"),
    EventName.MAIL_CODE_WRONG: N_("A wrong code from a mail was typed"),
    EventName.EMAIL_VERIFIED: N_("The email address was verified"),
    EventName.EMAIL_CHANGE_ASKED: N_("Another email address was asked for"),
    EventName.EMAIL_CHANGED: N_("The email address was changed"),
    EventName.EMAIL_CHANGE_UNDONE: N_("A change of the email address was undone"),
    EventName.RECOVERY_ASKED: N_("Somebody asked for a way back into this account"),
    EventName.EMAIL_CODE_ASKED: N_("Somebody asked for a code to sign in with"),
    EventName.ACCOUNT_RECOVERED: N_("A new password was chosen by way of a mail"),
    EventName.CLAIMS_CHANGED: N_("The profile was changed"),
    EventName.PICTURE_CHANGED: N_("The picture was changed"),
    EventName.CONSENT_GRANTED: N_("You allowed an app to use your account"),
    EventName.CONSENT_DENIED: N_("You did not allow an app to use your account"),
    EventName.CODE_ISSUED: N_("You signed in to an app"),
    EventName.DEVICE_ALLOWED: N_("You connected a device"),
    EventName.AUTHENTICATION_ASKED: N_("An app asked you to confirm something"),
    EventName.AUTHENTICATION_ALLOWED: N_("You confirmed what an app asked"),
    EventName.USER_CODE_WRONG: N_("A wrong code of a device was typed"),
    EventName.USER_CODE_CHANGED: N_("The code for requests was changed"),
    EventName.USER_CODE_REMOVED: N_("The code for requests was removed"),
    EventName.USER_CODE_REFUSED: N_("An app did not know your code for requests"),
    EventName.CODE_REPLAYED: N_("An app's sign-in was used twice, so its access was ended"),
    EventName.GRANT_REVOKED: N_("You disconnected an app"),
    EventName.REFRESH_TOKEN_REUSED: N_("An app's access was used twice, so it was ended"),
    EventName.KEY_NOT_PROVEN: N_("An app's access was tried without its key, and refused"),
    EventName.ASSERTION_ACCEPTED: N_("An app used your account by the word of another service"),
    EventName.SETUP_COMPLETED: N_("You set up this server and created this account"),
}

# What its owner should look at, if it was not them.
WORRYING = frozenset(
    {
        EventName.LOGIN_FAILED,
        EventName.LOGIN_THROTTLED,
        EventName.MAIL_CODE_WRONG,
        EventName.PASSKEY_CLONED,
        EventName.CODE_REPLAYED,
        EventName.REFRESH_TOKEN_REUSED,
        EventName.KEY_NOT_PROVEN,
    }
)


@dataclass(frozen=True, slots=True)
class EventView:
    """An event in words; the host of a client, if one took part and is still there."""

    sentence: str
    host: str | None
    occurred_at: str
    address: str | None
    request_id: str | None
    is_worrying: bool


def activity(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show a page of events, and the way to those before them."""
    user = signed_in.user
    events = list_events_of_user(
        user.user_id,
        limit=PAGE + 1,
        before=_number(http.query.get("before")),
        leaving_out=LEFT_OUT,
    )
    shown = events[:PAGE]
    older = f"{provider.url(paths.ACTIVITY)}?before={shown[-1].number}" if events[PAGE:] else None
    return show(provider, http, "activity.html", user, events=_views(shown, user), older_url=older)


def _number(before: str | None) -> int | None:
    """Read where the page before this one has ended; without that, or with nonsense, begin."""
    if before is None or not before.isdecimal() or not before.isascii() or len(before) > 18:
        return None
    return int(before)


def sentence_of(name: str) -> str:
    """Say what an event is; one that nobody has put in words is called by its name."""
    return SENTENCES.get(name) or name.replace("_", " ").capitalize()


def _views(events: Sequence[StoredEvent], user: User) -> list[EventView]:
    clients = find_clients({each.client_id for each in events if each.client_id})
    hosts = {client_id: view_of(client).host for client_id, client in clients.items()}
    return [
        EventView(
            sentence=sentence_of(each.name),
            host=hosts.get(each.client_id or ""),
            occurred_at=in_words(each.occurred_at, user),
            address=each.address,
            request_id=each.request_id,
            is_worrying=each.name in WORRYING,
        )
        for each in events
    ]
