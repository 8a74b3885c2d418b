"""Asking for a mail that proves something: it is counted, begun, and put into the outbox.

Whoever asks is told the same, and as soon, whether there is such an account or not: the mail is
made and sent later, and nobody waits for it.
"""

from collections.abc import Mapping
from typing import Any

from idp import paths
from idp.config import Config
from idp.log import client_address
from idp.outbox import mail
from idp.outbox.mail import PAGE, PROOF, MailTemplate, UnusableAddress, deliverable
from idp.secret import Secret
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User, find_user_by_key
from idp.users import throttle
from idp.users.mail_proofs import HOUR, WITHOUT_LINK, Purpose, begin
from idp.users.names import email_key, login_key

TEMPLATES = {
    Purpose.REGISTER: MailTemplate.VERIFY_EMAIL,
    Purpose.VERIFY_EMAIL: MailTemplate.VERIFY_EMAIL,
    Purpose.RECOVER: MailTemplate.RECOVER,
    Purpose.CHANGE_EMAIL: MailTemplate.CONFIRM_NEW_EMAIL,
    Purpose.UNDO_EMAIL_CHANGE: MailTemplate.NOTICE_OLD_EMAIL,
    Purpose.INVITATION: MailTemplate.INVITATION,
    Purpose.EMAIL_CODE: MailTemplate.EMAIL_CODE,
}


def ask(
    config: Config,
    purpose: Purpose,
    browser: Secret,
    *,
    key: str,
    email: str | None,
    user_id: str | None = None,
    data: Mapping[str, Any] | None = None,
    lifetime: int = HOUR,
) -> Secret:
    """Begin a proof and mail it, for who asks in a browser; give the id that the browser carries.

    `key` is what was typed, in canonical form; `email` is None if nobody is to be mailed. Raises
    Throttled.
    """
    throttle.take_mail(key, client_address() or "", config.throttle)
    if (
        email is None
        or not _is_deliverable(email)
        or not throttle.may_be_mailed(email_key(email), config.throttle)
    ):
        email, user_id, data = None, None, None
    flow, proof = begin(
        purpose,
        key=key,
        email=email,
        browser=browser,
        user_id=user_id,
        data=data,
        lifetime=lifetime,
    )
    send(proof)
    return flow


def ask_owner(
    config: Config,
    purpose: Purpose,
    browser: Secret,
    typed: str,
    *,
    data: Mapping[str, Any] | None = None,
    lifetime: int = HOUR,
) -> tuple[Secret, User | None]:
    """Mail the owner of an account that was named; give the browser's id, and who that is.

    Raises Throttled.
    """
    key = login_key(typed)
    user = find_user_by_key(key)
    flow = ask(
        config,
        purpose,
        browser,
        key=key,
        email=user.email if user and user.is_reachable else None,
        user_id=user.user_id if user else None,
        data=data,
        lifetime=lifetime,
    )
    return flow, user


def send(proof: MailProof, **more: str) -> None:
    """Put the mail of a proof into the outbox; its code and link are made when it is sent."""
    if proof.email is None or not _is_deliverable(proof.email):
        return
    facts = {PROOF: proof.proof_id} | more
    if proof.purpose not in WITHOUT_LINK:
        facts[PAGE] = paths.MAIL_LINK
    mail.send(TEMPLATES[Purpose(proof.purpose)], proof.email, facts, user_id=proof.user_id)


def tell_owner(config: Config, email: str, user_id: str) -> None:
    """Tell a person that somebody wanted to register with their address."""
    if _is_deliverable(email) and throttle.may_be_mailed(email_key(email), config.throttle):
        mail.send(MailTemplate.ACCOUNT_EXISTS, email, {PAGE: paths.LOGIN}, user_id=user_id)


def _is_deliverable(email: str) -> bool:
    """Tell whether mail can be addressed so; who was imported may have any address."""
    try:
        deliverable(email)
    except UnusableAddress:
        return False
    return True
