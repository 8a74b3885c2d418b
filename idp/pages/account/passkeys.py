"""The page of a person's passkeys: which there are, a new one, other names, and their end."""

from dataclasses import dataclass

from starlette.responses import Response

from idp import paths
from idp.authenticators import passkey_options, passkey_registration
from idp.authenticators.passkey_names import MAX_LENGTH
from idp.authenticators.passkey_registration import (
    MAX_PASSKEYS,
    LastAuthenticator,
    RegistrationRefused,
    TooManyPasskeys,
)
from idp.pages.account.frame import show
from idp.pages.account.moments import on_day
from idp.pages.confirm import first_confirm
from idp.pages.passkey_form import CREDENTIAL
from idp.pages.tasks import Task
from idp.storage.passkeys import Passkey, list_passkeys
from idp.storage.users import User
from idp.users.accounts import SignedOutMeanwhile
from idp.users.login_sessions import SignedIn
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import allow_passkeys, redirect

REMOTE = frozenset({"usb", "nfc", "ble", "smart-card"})


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """A passkey, in words."""

    passkey_id: str
    name: str
    icon: str
    is_synced: bool
    is_suspect: bool
    added_on: str
    last_used_on: str | None


def passkeys(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page, or add, rename or remove a passkey and show it again."""
    confirmation = first_confirm(provider, http, signed_in, Task.PASSKEYS)
    if confirmation is not None:
        return confirmation
    if http.method == "GET":
        return _show(provider, http, signed_in.user)
    return _submit(provider, http, signed_in)


def _submit(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    try:
        _change(provider, http, signed_in)
    except RegistrationRefused:
        return _show(provider, http, signed_in.user, status=422, error="refused")
    except TooManyPasskeys:
        return _show(provider, http, signed_in.user, status=422, error="too_many")
    except LastAuthenticator:
        return _show(provider, http, signed_in.user, status=422, error="last")
    except SignedOutMeanwhile:
        return redirect(provider, http, provider.url(paths.LOGIN))
    return redirect(provider, http, provider.url(paths.PASSKEYS))


def _change(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> None:
    user, sid = signed_in.user, signed_in.login_session.sid
    passkey_id = http.form.get("passkey") or ""
    match http.form.get("decision"):
        case "add":
            credential = http.form.get(CREDENTIAL) or ""
            passkey_registration.register(
                provider.config, user, credential, http.browser, current_sid=sid
            )
        case "rename":
            passkey_registration.rename(user, passkey_id, http.form.get("name") or "")
        case "remove":
            passkey_registration.remove(provider.config, user, passkey_id, current_sid=sid)


def _show(
    provider: Provider,
    http: HttpRequest,
    user: User,
    *,
    status: int = 200,
    error: str | None = None,
) -> Response:
    config, found = provider.config, list_passkeys(user.user_id)
    has_room = len(found) < MAX_PASSKEYS
    response = show(
        provider,
        http,
        "passkeys.html",
        user,
        status=status,
        passkeys=[_view(each, user) for each in found],
        creation=passkey_options.creation_options(config, http.browser, user, found)
        if has_room
        else None,
        accepted=passkey_options.accepted_credentials(config, user, found),
        is_possible=passkey_options.rp_id(config) is not None,
        max_length=MAX_LENGTH,
        max_passkeys=MAX_PASSKEYS,
        error=error,
    )
    return allow_passkeys(response)


def _view(passkey: Passkey, user: User) -> PasskeyView:
    is_carried = bool(passkey.transports) and REMOTE.issuperset(passkey.transports)
    return PasskeyView(
        passkey_id=passkey.passkey_id,
        name=passkey.name,
        icon="key" if is_carried else "phone",
        is_synced=passkey.backed_up,
        is_suspect=passkey.suspected_at is not None,
        added_on=on_day(passkey.created_at, user),
        last_used_on=on_day(passkey.last_used_at, user) if passkey.last_used_at else None,
    )
