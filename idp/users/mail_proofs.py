"""The proof that a person reads what is mailed to an address (NIST SP 800-63B-4 §3.1.3.1).

    begin ── the mail is sent ──┬── the code is typed in the browser that asked ──┬── spent
                                └── the link is opened, and its button pressed ───┘

A mail carries a code and a link, made when it is sent and kept as digests. The code is good only
in the browser that asked, and for five tries; the link in any, as far as its purpose allows that.
To open the link changes nothing, since programs that look for malware do it. A code may be
exchanged for a link, where a form is to follow. Each proof is spent once, by one statement; a newer
one for the same purpose ends it, and so does an hour.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from idp import clock
from idp.outbox.mail import MailSecrets
from idp.secret import Secret, digest, identifier
from idp.storage import mail_proofs as storage
from idp.storage.database import commit
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User, find_user, hold_user
from idp.users.names import email_key

CODE_DIGITS = 8
MAX_TRIES = 5
HOUR = 3600
WEEK = 7 * 86_400

_TYPED_BETWEEN = re.compile(r"[\s\-–.]")  # noqa: RUF001  # dashes that phones make


class Purpose(StrEnum):
    """What a proof is for; it is good for nothing else."""

    REGISTER = "register"
    VERIFY_EMAIL = "verify_email"
    RECOVER = "recover"
    CHANGE_EMAIL = "change_email"
    UNDO_EMAIL_CHANGE = "undo_email_change"
    INVITATION = "invitation"
    EMAIL_CODE = "email_code"


# Their mails carry a link alone: nobody has a page open on which a code could be typed.
WITHOUT_CODE = frozenset({Purpose.UNDO_EMAIL_CHANGE, Purpose.INVITATION})

# And theirs a code alone: it signs in, which must happen where it was asked for.
WITHOUT_LINK = frozenset({Purpose.EMAIL_CODE})

# What somebody who had got in could have begun: it must not outlive their being locked out.
ENDED_WITH_PASSWORD = (Purpose.RECOVER, Purpose.CHANGE_EMAIL, Purpose.EMAIL_CODE)


class ProofOver(Exception):
    """It is spent, ended or expired, or never was; or another browser asked for it."""


class WrongCode(Exception):
    """This is not the code that was mailed; `tries_left` says how often another may be typed."""

    def __init__(self, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left


def begin(
    purpose: Purpose,
    *,
    key: str,
    email: str | None,
    browser: Secret | None = None,
    user_id: str | None = None,
    data: Mapping[str, Any] | None = None,
    lifetime: int = HOUR,
    ends_older: bool = True,
) -> tuple[Secret, MailProof]:
    """Begin a proof, instead of an older one for the same; give the id that the browser carries.

    `key` is what was typed to ask for it, in canonical form. Without `email`, there is nobody to
    ask: all the same is seen, and no code is the right one.
    """
    flow, now = Secret.generate(), clock.now()
    proof = MailProof(
        proof_id=identifier(),
        purpose=purpose,
        user_id=user_id,
        email=email,
        key_digest=digest(key),
        flow_digest=flow.digest,
        browser_digest=browser.digest if browser else None,
        created_at=now,
        expires_at=clock.in_seconds(lifetime),
        data=dict(data or {}),
    )
    if ends_older:
        storage.end_mail_proofs([purpose], key_digest=proof.key_digest, user_id=user_id)
    storage.add_mail_proof(proof)
    return flow, proof


def make_twin(proof: MailProof) -> Secret:
    """Give a link that does the same as the one in the mail, to hand it over in another way."""
    link, flow = Secret.generate(), Secret.generate()
    twin = replace(proof, flow_digest=flow.digest, link_digest=link.digest)
    storage.add_mail_proof(replace(twin, proof_id=identifier()))
    return link


def renew_secrets(proof_id: str) -> MailSecrets | None:
    """Make what a mail is going to carry, when it is sent; what an earlier one had is good no more.

    None if the proof is over. Nobody can ask for the secrets a second time.
    """
    code = Secret("".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS)))
    link = Secret.generate()
    proof = storage.set_mail_secrets(proof_id, _code_digest(proof_id, code.reveal()), link.digest)
    if proof is None:
        return None
    has_code = proof.purpose not in WITHOUT_CODE
    return MailSecrets(code if has_code else None, link, proof.expires_at)


def find_by_flow(flow: str, browser: Secret) -> MailProof:
    """Find what this browser asked for; it may be spent or ended. Raises ProofOver."""
    proof = storage.find_mail_proof_by_flow(digest(flow))
    if proof is None or not proof.browser_digest or not browser.matches(proof.browser_digest):
        raise ProofOver
    if proof.expires_at <= clock.now():
        raise ProofOver
    return proof


def is_known_to_be_spent(proof: MailProof) -> bool:
    """Tell whether the browser that asked may learn that the proof was given, maybe elsewhere.

    Of a recovery it may not, for then whoever asks would learn that there is such an account.
    """
    return proof.spent_at is not None and proof.purpose != Purpose.RECOVER


def find_by_link(link: str) -> MailProof:
    """Find a proof that waits, by the link in its mail, and do nothing. Raises ProofOver."""
    proof = storage.find_mail_proof_by_link(digest(link))
    if proof is None:
        raise ProofOver
    return proof


def check_code(flow: str, browser: Secret, code: str) -> MailProof:
    """Find the proof whose code this is, and do not spend it yet.

    Raises ProofOver and WrongCode. A try is counted before it is made, and stays counted. What was
    ended looks like what never had a code, since that is done to people's requests alone.
    """
    proof = storage.count_try(digest(flow), browser.digest, MAX_TRIES)
    commit()
    if is_known_to_be_spent(proof or find_by_flow(flow, browser)):
        raise ProofOver
    if proof is None:
        raise WrongCode(0)
    expected = proof.code_digest if proof.is_waiting else None
    if not hmac.compare_digest(_code_digest(proof.proof_id, _plain(code)), expected or b""):
        raise WrongCode(MAX_TRIES - proof.tries)
    return proof


def prove_by_code(purpose: Purpose, flow: str, browser: Secret, code: str) -> MailProof:
    """Spend the proof whose code this is. Raises ProofOver and WrongCode."""
    if find_by_flow(flow, browser).purpose != purpose:
        raise ProofOver
    proof = check_code(flow, browser, code)
    spend(proof)
    return proof


def give_link(proof: MailProof) -> Secret:
    """Take what was mailed, if it was, for a link to the form that follows. Raises ProofOver."""
    link = Secret.generate()
    if not storage.replace_mail_secrets(proof, link.digest):
        raise ProofOver
    return link


def owner_of(proof: MailProof, purpose: Purpose) -> User:
    """Give whose account a proof is about.

    Raises ProofOver, also if the account was closed or has another address by now.
    """
    user = find_user(proof.user_id) if proof.user_id else None
    if proof.purpose != purpose or user is None or not user.is_reachable:
        raise ProofOver
    if user.email_key != email_key(proof.email or ""):
        raise ProofOver
    return user


def spend(proof: MailProof) -> None:
    """Use a proof that was found, whatever follows from it in this transaction.

    Raises ProofOver if another request was first, or its secrets were renewed meanwhile.
    """
    if proof.user_id is not None:
        hold_user(proof.user_id)  # as whoever ends proofs does first: two never wait for each other
    if not storage.spend_mail_proof(proof):
        raise ProofOver


def end_for_address(key: str) -> None:
    """End what was to become an account with this address: there is one now."""
    purposes = (Purpose.REGISTER, Purpose.INVITATION)
    storage.end_mail_proofs(purposes, key_digest=digest(key))


def end_with_password(user_id: str) -> None:
    """End what could still change an account whose password was changed."""
    storage.end_mail_proofs(ENDED_WITH_PASSWORD, user_id=user_id)


def _code_digest(proof_id: str, code: str) -> bytes:
    return digest(f"{proof_id} {code}")


def _plain(code: str) -> str:
    return _TYPED_BETWEEN.sub("", unicodedata.normalize("NFKC", code))[: 2 * CODE_DIGITS]
