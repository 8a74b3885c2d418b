"""How a person who has lost the password gets another: by a mail to their proven address.

It signs nobody in, and takes nothing away that is asked for besides the password. An address that
nobody has proven may be somebody else's, so nothing is mailed there (OWASP Forgot Password).
"""

from idp import audit
from idp.audit import EventName
from idp.config import Config
from idp.log import client_address
from idp.secret import Secret
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User, touch_user
from idp.users import mail_proofs, throttle
from idp.users.accounts import hash_new_password, replace_password
from idp.users.mail_proofs import Purpose
from idp.users.mail_requests import ask_owner
from idp.users.passwords import Hasher


def ask_for_recovery(config: Config, browser: Secret, typed: str) -> Secret:
    """Mail who has typed a name; give the id that the browser carries. Raises Throttled."""
    flow, user = ask_owner(config, Purpose.RECOVER, browser, typed)
    audit.record(EventName.RECOVERY_ASKED, user_id=user.user_id if user else None)
    return flow


def who_recovers(proof: MailProof) -> User:
    """Find whose password may be set. Raises ProofOver if the account has changed meanwhile."""
    return mail_proofs.owner_of(proof, Purpose.RECOVER)


def recover(hasher: Hasher, config: Config, link: str, password: str) -> User:
    """Set the password of who has proven their address; all that was opened before ends.

    Raises ProofOver; ValidationFailed, after which the link is still good; HashingBusy.
    """
    proof = mail_proofs.find_by_link(link)
    user = who_recovers(proof)
    password_hash = hash_new_password(hasher, config, user, password)
    mail_proofs.spend(proof)
    touch_user(user.user_id)  # from here on nobody else changes it
    user = who_recovers(proof)
    replace_password(config, user, password_hash, current_sid=None)
    throttle.forgive(throttle.account_key(user, ""), client_address() or "")
    audit.record(EventName.ACCOUNT_RECOVERED, user_id=user.user_id)
    return user


def begin_at_once(user: User) -> Secret:
    """Give the link to who has proven the address in another way just now."""
    _, proof = mail_proofs.begin(
        Purpose.RECOVER, key=user.username_key, email=user.email, user_id=user.user_id
    )
    return mail_proofs.give_link(proof)
