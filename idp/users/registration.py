"""How a person who asks for an account gets one: at once, or after proving their address."""

from idp import audit
from idp.audit import EventName
from idp.config import Config
from idp.secret import Secret
from idp.storage.database import rollback
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User, find_user_by_key
from idp.users import mail_proofs
from idp.users.accounts import (
    check_account,
    create_user,
    refuse_taken,
    refuse_taken_username,
)
from idp.users.mail_proofs import ProofOver, Purpose
from idp.users.mail_requests import ask, tell_owner
from idp.users.names import NameTaken, check_profile
from idp.users.passwords import Hasher


class RegistrationClosed(Exception):
    """People cannot register themselves: registration.mode is not "open"."""


def register(
    hasher: Hasher, config: Config, *, username: str, email: str, name: str, password: str
) -> User:
    """Add the account of a person who asks for one.

    Raises RegistrationClosed, ValidationFailed, which NameTaken is one of, and HashingBusy.
    """
    if not config.registration.is_open:
        raise RegistrationClosed
    profile = check_account(config, username=username, email=email, name=name, password=password)
    refuse_taken(profile)
    user = create_user(profile, hasher.hash(password))
    audit.record(EventName.USER_REGISTERED, user_id=user.user_id)
    return user


def ask_to_register(
    hasher: Hasher,
    config: Config,
    browser: Secret,
    *,
    username: str,
    email: str,
    name: str,
    password: str,
) -> Secret:
    """Keep what a person typed until they have read a mail; give the id that the browser carries.

    Whether the address is taken is told its owner alone. Raises what `register` raises, and
    Throttled.
    """
    if not config.registration.is_open:
        raise RegistrationClosed
    profile = check_account(config, username=username, email=email, name=name, password=password)
    refuse_taken_username(profile)
    password_hash = hasher.hash(password)
    key = profile.email_key or ""
    owner = find_user_by_key(key)
    data = {
        "username": profile.username,
        "name": profile.name,
        "password_hash": password_hash,
    }
    mailed = None if owner else profile.email
    flow = ask(config, Purpose.REGISTER, browser, key=key, email=mailed, data=data)
    if owner is not None and owner.email is not None:
        tell_owner(config, owner.email, owner.user_id)
    return flow


def complete_registration(config: Config, proof: MailProof) -> User:
    """Make the account of who has proven the address.

    Raises ProofOver, and NameTaken if another was faster: then the proof is still good.
    """
    if not config.registration.is_open:
        raise ProofOver
    data = proof.data
    mail_proofs.spend(proof)
    profile = check_profile(data["username"], proof.email, data["name"])
    try:
        user = create_user(profile, data["password_hash"], email_verified=True)
    except NameTaken:
        rollback()
        raise
    mail_proofs.end_for_address(profile.email_key or "")
    audit.record(EventName.USER_REGISTERED, user_id=user.user_id)
    audit.record(EventName.EMAIL_VERIFIED, user_id=user.user_id)
    return user
