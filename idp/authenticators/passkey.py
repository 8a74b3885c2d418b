"""Sign-in with a passkey, which alone is as good as two factors (WebAuthn L3 §7.2).

What is asked is in passkey_options.py, what comes back is read in passkey_response.py; passkeys are
made in passkey_registration.py.
"""

from webauthn import verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import CredentialDeviceType

from idp import audit
from idp.audit import EventName
from idp.authenticators import passkey_challenge
from idp.authenticators.passkey_challenge import Purpose
from idp.authenticators.passkey_options import origin, rp_id
from idp.authenticators.passkey_response import (
    NOT_VERIFIED,
    MalformedResponse,
    UnverifiedResponse,
    read_response,
)
from idp.authenticators.proof import InvalidCredentials
from idp.config import Config, ThrottleConfig
from idp.outbox.notices import Notice, notify
from idp.secret import Secret
from idp.storage.database import commit
from idp.storage.passkeys import Passkey, hold_passkey, note_suspicion, note_use
from idp.storage.users import User
from idp.users import throttle
from idp.users.throttle import Throttled


class PasskeyRefused(InvalidCredentials):
    """A passkey signs nobody in; `reason` is for the operator, and `user_id` if it is known."""

    def __init__(self, reason: str, user_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.user_id = user_id


class UnknownPasskey(PasskeyRefused):
    """Nobody here has this passkey, or nobody has it any more: its holder may forget it."""

    def __init__(self, credential_id: str) -> None:
        super().__init__("unknown")
        self.credential_id = credential_id


def verify(
    config: Config,
    response_json: str,
    browser: Secret,
    address: str,
    *,
    user: User | None = None,
    client_id: str | None = None,
) -> User:
    """Find the person whose passkey has answered what this browser was asked.

    With `user`, it must be one of theirs. Raises PasskeyRefused, also as UnknownPasskey, and
    Throttled. It commits the transaction: call it before any write.
    """
    _take(address, config.throttle, client_id)
    try:
        owner = _authenticate(config, response_json, browser, user)
    except PasskeyRefused as refusal:
        audit.record(
            EventName.LOGIN_FAILED,
            user_id=refusal.user_id,
            client_id=client_id,
            method="passkey",
            reason=refusal.reason,
        )
        raise
    throttle.forgive_address(address)
    return owner


def _take(address: str, config: ThrottleConfig, client_id: str | None) -> None:
    """Count an attempt for its address, not for the account.

    Nobody guesses a signature; and who guesses a person's password must not put them out.
    """
    try:
        throttle.take_from_address(address, config)
    except Throttled as throttled:
        if throttled.is_first:
            audit.record(EventName.LOGIN_THROTTLED, client_id=client_id, method="passkey")
        raise
    commit()  # the count is held by nobody while the account is


def _authenticate(config: Config, response_json: str, browser: Secret, user: User | None) -> User:
    try:
        response = read_response(response_json)
    except MalformedResponse:
        raise PasskeyRefused("malformed") from None
    expected_user_id = user.user_id if user else None
    if not passkey_challenge.is_good(
        response.challenge, browser, Purpose.AUTHENTICATION, expected_user_id
    ):
        raise PasskeyRefused("challenge", expected_user_id)
    found = hold_passkey(response.id)
    if found is None:
        raise UnknownPasskey(response.id)
    passkey, owner = found
    verified = _verify_signature(config, response, passkey)
    _check_person(response, passkey, owner, user)
    if not passkey_challenge.spend(response.challenge):
        raise PasskeyRefused("replayed", owner.user_id)
    _check_device(config, passkey, owner, verified)
    note_use(passkey, sign_count=verified.new_sign_count, backed_up=verified.credential_backed_up)
    return owner


def _verify_signature(
    config: Config, response: UnverifiedResponse, passkey: Passkey
) -> VerifiedAuthentication:
    host = rp_id(config)
    if host is None or response.is_cross_origin:
        raise PasskeyRefused("origin", passkey.user_id)
    try:
        return verify_authentication_response(
            credential=response.credential,
            expected_challenge=response.challenge,
            expected_rp_id=host,
            expected_origin=origin(config),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=0,  # whether it goes back is for _check_device to see
            require_user_verification=True,
        )
    except NOT_VERIFIED as error:
        raise PasskeyRefused("signature", passkey.user_id) from error


def _check_person(
    response: UnverifiedResponse, passkey: Passkey, owner: User, user: User | None
) -> None:
    """Compare whom the authenticator, the database and an earlier step say that this is."""
    handle = owner.user_id.encode()
    if response.user_handle != handle and (user is None or response.user_handle is not None):
        raise PasskeyRefused("user_handle", owner.user_id)
    if user is not None and passkey.user_id != user.user_id:
        raise PasskeyRefused("other_user", user.user_id)
    if not owner.is_active:
        raise PasskeyRefused("disabled", owner.user_id)


def _check_device(
    config: Config, passkey: Passkey, owner: User, verified: VerifiedAuthentication
) -> None:
    """Refuse what the device that has made the passkey would not say (§6.1.1, §6.1.3)."""
    is_eligible = verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if is_eligible != passkey.backup_eligible:
        raise PasskeyRefused("backup_eligible", passkey.user_id)
    counts = (verified.new_sign_count, passkey.sign_count)
    if any(counts) and verified.new_sign_count <= passkey.sign_count:
        audit.record(EventName.PASSKEY_CLONED, user_id=passkey.user_id)
        if note_suspicion(passkey):
            notify(config.mail, owner, Notice.PASSKEY_CLONED)
        raise PasskeyRefused("sign_count", passkey.user_id)
