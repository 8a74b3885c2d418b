"""Invitations: an administrator says who may have an account, and the person makes it."""

from idp import audit
from idp.audit import EventName
from idp.config import Config
from idp.secret import Secret
from idp.storage.database import rollback
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User, find_user_by_key
from idp.users import mail_proofs
from idp.users.accounts import check_account, create_user, refuse_taken
from idp.users.mail_proofs import WEEK, ProofOver, Purpose
from idp.users.mail_requests import send
from idp.users.names import NameTaken, check_email, check_name, email_key
from idp.users.passwords import Hasher


class InvitationsOff(Exception):
    """Nobody can be invited: registration.mode is "off"."""


def invite(config: Config, email: str, *, name: str | None, is_admin: bool) -> Secret:
    """Mail an invitation that is good for a week, and give a link that is as good.

    Raises InvitationsOff, and ValidationFailed, which NameTaken is one of.
    """
    if config.registration.mode == "off":
        raise InvitationsOff
    email, name = check_email(email), check_name(name)
    key = email_key(email)
    if find_user_by_key(key) is not None:
        raise NameTaken("email")
    data = {"name": name, "is_admin": is_admin}
    _, proof = mail_proofs.begin(Purpose.INVITATION, key=key, email=email, data=data, lifetime=WEEK)
    send(proof)
    audit.record(EventName.USER_INVITED, role="administrator" if is_admin else "user")
    return mail_proofs.make_twin(proof)


def who_is_invited(config: Config, proof: MailProof) -> str:
    """Give the address that was invited. Raises ProofOver if it may not have an account now."""
    is_invitation = proof.purpose == Purpose.INVITATION and proof.email is not None
    if not is_invitation or config.registration.mode == "off":
        raise ProofOver
    return proof.email or ""


def accept(
    hasher: Hasher, config: Config, link: str, *, username: str, name: str, password: str
) -> User:
    """Make the account of who was invited.

    Raises ProofOver; ValidationFailed, after which the link is still good; HashingBusy.
    """
    proof = mail_proofs.find_by_link(link)
    email = who_is_invited(config, proof)
    profile = check_account(config, username=username, email=email, name=name, password=password)
    refuse_taken(profile)
    password_hash = hasher.hash(password)
    mail_proofs.spend(proof)
    try:
        user = create_user(
            profile, password_hash, is_admin=proof.data["is_admin"], email_verified=True
        )
    except NameTaken:
        rollback()
        raise
    mail_proofs.end_for_address(profile.email_key or "")
    audit.record(EventName.USER_REGISTERED, user_id=user.user_id)
    return user
