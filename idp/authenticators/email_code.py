"""Sign-in with a code by mail, which counts for little (NIST SP 800-63B-4 §3.1.3.1).

It shows that somebody reads the mail of an account, as a forgotten password does: a first proof,
and never a second one. Whoever asks sees the same whether there is such an account or not.
"""

from idp import audit
from idp.audit import EventName
from idp.config import Config
from idp.secret import Secret
from idp.storage.mail_proofs import MailProof
from idp.storage.users import User
from idp.users import mail_proofs
from idp.users.mail_proofs import Purpose
from idp.users.mail_requests import ask_owner

LIFETIME = 600
KEPT = "is_kept"


def ask(config: Config, browser: Secret, typed: str, *, is_kept: bool) -> Secret:
    """Mail a code to whose name was typed; give the id that the browser carries. Raises Throttled.

    `is_kept` says whether the person wants to stay signed in, for when the code is typed.
    """
    data = {KEPT: is_kept}
    flow, user = ask_owner(config, Purpose.EMAIL_CODE, browser, typed, data=data, lifetime=LIFETIME)
    audit.record(EventName.EMAIL_CODE_ASKED, user_id=user.user_id if user else None)
    return flow


def verify(proof: MailProof) -> User:
    """Spend a proof whose code was typed; give who has proven to be who.

    Raises ProofOver, also if the account was closed or has another address by now.
    """
    mail_proofs.spend(proof)
    return mail_proofs.owner_of(proof, Purpose.EMAIL_CODE)
