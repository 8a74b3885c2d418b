"""What the pages that ask for a passkey have in common: the question, and the answer to it."""

import json

from idp import log
from idp.authenticators import passkey, passkey_options
from idp.authenticators.passkey import UnknownPasskey
from idp.storage.passkeys import list_passkeys
from idp.storage.users import User
from idp.web.provider import Provider
from idp.web.request import HttpRequest

CREDENTIAL = "credential"  # the field that the script fills in


def question(provider: Provider, http: HttpRequest, user: User | None = None) -> str | None:
    """Ask for any passkey, or for one of a person's; None if there can be none here."""
    if user is None:
        return passkey_options.request_options(provider.config, http.browser)
    passkeys = list_passkeys(user.user_id)
    return passkey_options.request_options_for(provider.config, http.browser, user, passkeys)


def is_answered(http: HttpRequest) -> bool:
    """Tell whether a form was sent with a passkey, whatever else was filled in."""
    return bool(http.form.get(CREDENTIAL))


def verify_answer(
    provider: Provider,
    http: HttpRequest,
    user: User | None = None,
    *,
    client_id: str | None = None,
) -> User:
    """Find whose passkey it is; with `user` it must be theirs. Raises what passkey.verify does."""
    return passkey.verify(
        provider.config,
        http.form.get(CREDENTIAL) or "",
        http.browser,
        log.client_address() or "",
        user=user,
        client_id=client_id,
    )


def to_forget(provider: Provider, unknown: UnknownPasskey) -> str:
    """Name a passkey to whoever keeps it, so that it is offered no more (WebAuthn L3 §5.1.10)."""
    host = passkey_options.rp_id(provider.config)
    return json.dumps({"rpId": host, "credentialId": unknown.credential_id})
