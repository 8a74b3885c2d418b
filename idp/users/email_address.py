"""A person's email address: proven, changed only once the new one is, and changed back.

The old address hears of a change before it is made, with a link that undoes it: whoever got into an
account must not take it over by way of the mailbox (NIST SP 800-63B-4 §4.6).
"""

from idp import audit
from idp.audit import EventName
from idp.config import Config
from idp.outbox.notices import Notice, notify
from idp.secret import Secret
from idp.storage.grants import revoke_grants_of_user
from idp.storage.mail_proofs import MailProof
from idp.storage.users import (
    User,
    find_user,
    find_user_by_key,
    set_email_verified,
    set_user_email,
    touch_user,
)
from idp.users import login_sessions, mail_proofs
from idp.users.mail_proofs import ProofOver, Purpose
from idp.users.mail_requests import ask, send
from idp.users.names import NameTaken, ValidationFailed, check_email, email_key
from idp.words import N_

SAME_ADDRESS = N_("This is your address already.")


def ask_to_verify(config: Config, browser: Secret, user: User) -> Secret:
    """Mail a person at the address that their account has. Raises Throttled."""
    return ask(
        config,
        Purpose.VERIFY_EMAIL,
        browser,
        key=f"user {user.user_id}",
        email=user.email,
        user_id=user.user_id,
    )


def ask_to_change(config: Config, browser: Secret, user: User, typed: str) -> Secret:
    """Mail a person at the address that they want to have, and at the one that they have.

    Whether the new one is another person's is not told. Raises ValidationFailed and Throttled.
    """
    email = check_email(typed)
    if email == user.email:
        raise ValidationFailed({"email": SAME_ADDRESS})
    owner = find_user_by_key(email_key(email))
    is_free = owner is None or owner.user_id == user.user_id
    flow = ask(
        config,
        Purpose.CHANGE_EMAIL,
        browser,
        key=f"user {user.user_id}",
        email=email if is_free else None,
        user_id=user.user_id,
    )
    if user.email is not None:
        _warn(user, user.email, email)
    audit.record(EventName.EMAIL_CHANGE_ASKED, user_id=user.user_id)
    return flow


def verify(proof: MailProof) -> User:
    """Note that a person reads what is mailed to their address. Raises ProofOver."""
    mail_proofs.spend(proof)
    key = email_key(proof.email or "")
    if proof.user_id is None or not set_email_verified(proof.user_id, key):
        raise ProofOver  # the account has another address by now
    audit.record(EventName.EMAIL_VERIFIED, user_id=proof.user_id)
    return _owner_of(proof)


def change(config: Config, proof: MailProof) -> User:
    """Give an account the address that its person has proven, and tell the one that it had.

    Raises ProofOver, and NameTaken if another account has it by now.
    """
    mail_proofs.spend(proof)
    user, email = _owner_of(proof), proof.email or ""
    if not set_user_email(user.user_id, email, email_key(email)):
        raise NameTaken("email")
    notify(config.mail, user, Notice.EMAIL_CHANGED)
    audit.record(EventName.EMAIL_CHANGED, user_id=user.user_id)
    return user


def undo(proof: MailProof) -> User:
    """Give an account back the address that has warned us, and end all that is open.

    Raises ProofOver, also if the address has become another account's.
    """
    mail_proofs.spend(proof)
    user, email = _owner_of(proof), proof.email or ""
    touch_user(user.user_id)
    mail_proofs.end_with_password(user.user_id)
    if not set_user_email(user.user_id, email, email_key(email)):
        raise ProofOver
    login_sessions.end_all(user.user_id)
    revoke_grants_of_user(user.user_id)
    audit.record(EventName.EMAIL_CHANGE_UNDONE, user_id=user.user_id)
    return _owner_of(proof)


def _warn(user: User, old_email: str, new_email: str) -> None:
    """Mail the old address; a later change does not take its link away."""
    _, proof = mail_proofs.begin(
        Purpose.UNDO_EMAIL_CHANGE,
        key=f"user {user.user_id}",
        email=old_email,
        user_id=user.user_id,
        ends_older=False,
    )
    send(proof, new_email=new_email)


def _owner_of(proof: MailProof) -> User:
    user = find_user(proof.user_id) if proof.user_id else None
    if user is None or not user.is_active:
        raise ProofOver
    return user
