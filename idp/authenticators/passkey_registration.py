"""New passkeys, and those that are to go (WebAuthn L3 §7.1)."""

from webauthn import verify_registration_response
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
)
from webauthn.helpers.cose import COSECRV, COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import (
    DecodedEC2PublicKey,
    DecodedOKPPublicKey,
    DecodedRSAPublicKey,
)
from webauthn.helpers.structs import AttestationFormat, CredentialDeviceType
from webauthn.registration.verify_registration_response import VerifiedRegistration

from idp import clock
from idp.audit import EventName
from idp.authenticators import changing, passkey_challenge
from idp.authenticators.passkey_challenge import Purpose
from idp.authenticators.passkey_names import clean_name, name_new
from idp.authenticators.passkey_options import ALGORITHMS, base64url, origin, rp_id
from idp.authenticators.passkey_response import (
    NOT_VERIFIED,
    MalformedResponse,
    UnverifiedResponse,
    read_response,
)
from idp.config import Config
from idp.outbox.notices import Notice, notify
from idp.secret import Secret, identifier
from idp.storage.credentials import PASSWORD, list_credential_types
from idp.storage.passkeys import (
    Passkey,
    add_passkey_unless_known,
    list_passkeys,
    remove_passkey,
    rename_passkey,
)
from idp.storage.users import User

MAX_PASSKEYS = 20  # of a person
MAX_ID_BYTES = 1023  # §7.1, step 25
RSA_BYTES = range(256, 513)
MAX_EXPONENT_BYTES = 4


class RegistrationRefused(Exception):
    """What a browser has sent is no new passkey."""


class TooManyPasskeys(Exception):
    """The person has as many as there may be."""


class LastAuthenticator(Exception):
    """The person could not sign in any more."""


def register(
    config: Config, user: User, response_json: str, browser: Secret, *, current_sid: str
) -> None:
    """Add the passkey that an authenticator has made for a person.

    Raises RegistrationRefused, TooManyPasskeys and SignedOutMeanwhile.
    """
    response = _read(response_json)
    purpose = Purpose.REGISTRATION
    if not passkey_challenge.is_good(response.challenge, browser, purpose, user.user_id):
        raise RegistrationRefused("challenge")
    verified = _verify_attestation(config, response)
    changing.begin(user, current_sid)
    passkeys = list_passkeys(user.user_id)
    if len(passkeys) >= MAX_PASSKEYS:
        raise TooManyPasskeys
    if not passkey_challenge.spend(response.challenge):
        raise RegistrationRefused("replayed")
    passkey = _passkey(user, response, verified, [each.name for each in passkeys])
    if not add_passkey_unless_known(passkey):
        raise RegistrationRefused("known")
    changing.end(EventName.PASSKEY_ADDED, user, current_sid)
    notify(config.mail, user, Notice.PASSKEY_ADDED)


def rename(user: User, passkey_id: str, typed: str) -> None:
    """Call a person's passkey what they want; an empty name changes nothing."""
    name = clean_name(typed)
    if name is not None:
        rename_passkey(user.user_id, passkey_id, name)


def remove(config: Config, user: User, passkey_id: str, *, current_sid: str) -> None:
    """Remove a passkey, if it is this person's and not all that they can sign in with.

    Raises LastAuthenticator and SignedOutMeanwhile.
    """
    changing.begin(user, current_sid)
    is_last = [each.passkey_id for each in list_passkeys(user.user_id)] == [passkey_id]
    if is_last and PASSWORD not in list_credential_types(user.user_id):
        raise LastAuthenticator
    if remove_passkey(user.user_id, passkey_id):
        changing.end(EventName.PASSKEY_REMOVED, user, current_sid)
        notify(config.mail, user, Notice.PASSKEY_REMOVED)


def _read(response_json: str) -> UnverifiedResponse:
    try:
        return read_response(response_json)
    except MalformedResponse:
        raise RegistrationRefused("malformed") from None


def _verify_attestation(config: Config, response: UnverifiedResponse) -> VerifiedRegistration:
    host = rp_id(config)
    if host is None or response.is_cross_origin:
        raise RegistrationRefused("origin")
    try:
        _check_format(response)
        verified = verify_registration_response(
            credential=response.credential,
            expected_challenge=response.challenge,
            expected_rp_id=host,
            expected_origin=origin(config),
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier(each) for each in ALGORITHMS],
        )
        _check_key(verified.credential_public_key)
        return verified
    except NOT_VERIFIED as error:
        raise RegistrationRefused("attestation") from error


def _check_format(response: UnverifiedResponse) -> None:
    """Accept what a browser hands on that was asked for no statement of the maker (§5.1.3).

    That is nothing, or a signature by the new key itself; so the rest is never even looked at.
    """
    attestation = parse_attestation_object(response.attestation_object)
    is_self = attestation.fmt == AttestationFormat.PACKED and attestation.att_stmt.x5c is None
    if not is_self and attestation.fmt != AttestationFormat.NONE:
        raise RegistrationRefused("format")
    data = attestation.auth_data.attested_credential_data
    if data is None or len(data.credential_id) > MAX_ID_BYTES:
        raise RegistrationRefused("credential_id")


def _check_key(public_key: bytes) -> None:
    """Accept a key that signatures can be verified with, and soon (§5.8.5)."""
    key = decode_credential_public_key(public_key)
    match key:
        case DecodedEC2PublicKey(alg=COSEAlgorithmIdentifier.ECDSA_SHA_256, crv=COSECRV.P256):
            pass
        case DecodedOKPPublicKey(alg=COSEAlgorithmIdentifier.EDDSA, crv=COSECRV.ED25519):
            pass
        case DecodedRSAPublicKey(n=n, e=e) if len(n) in RSA_BYTES and len(e) <= MAX_EXPONENT_BYTES:
            pass
        case _:
            raise RegistrationRefused("key")
    decoded_public_key_to_cryptography(key)  # raises ValueError for a point that is on no curve


def _passkey(
    user: User, response: UnverifiedResponse, verified: VerifiedRegistration, taken: list[str]
) -> Passkey:
    return Passkey(
        passkey_id=identifier(),
        user_id=user.user_id,
        id=base64url(verified.credential_id),
        public_key=base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        transports=response.transports,
        aaguid=verified.aaguid,
        name=name_new(verified.aaguid, response.transports, taken),
        backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backed_up=verified.credential_backed_up,
        user_verified=verified.user_verified,
        created_at=clock.now(),
        last_used_at=None,
        suspected_at=None,
    )
