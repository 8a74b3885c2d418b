"""Mail to people: what kinds there are, and how one is put into the outbox (RFC 5321 §2.3.1).

A row of the outbox has no secret in it. The code and the link of a mail are made when it is sent,
for the proof that its facts name, so that nobody finds them in the database.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idp.log import client_address
from idp.outbox.queue import PATIENCE, Kind, put
from idp.secret import Secret

PROOF = "proof"  # the fact that names the proof whose code and link the mail carries
PAGE = "page"  # the path of the page that its link leads to
SPECIALS = frozenset(' ,;:<>()[]"\\@')  # RFC 5322 §3.2.3; no address of a person has one
PATIENCE_WITH_PROOF = timedelta(hours=1)  # who waits for a code has given up long before


class MailTemplate(StrEnum):
    """What a mail is about; the words are in templates/mail/, under this name."""

    VERIFY_EMAIL = "verify_email"
    RECOVER = "recover"
    CONFIRM_NEW_EMAIL = "confirm_new_email"
    NOTICE_OLD_EMAIL = "notice_old_email"
    INVITATION = "invitation"
    EMAIL_CODE = "email_code"
    ACCOUNT_EXISTS = "account_exists"
    NOTICE = "notice"
    REQUEST = "request"
    TEST = "test"


class UnusableAddress(ValueError):
    """No mail can be addressed like that: it would say more than whom the mail is for (CWE-93)."""


@dataclass(frozen=True, slots=True)
class MailSecrets:
    """What a mail carries of secrets, and until when they are good."""

    code: Secret | None
    link_token: Secret
    expires_at: datetime


# Makes them anew for a proof, and keeps their digests; None if the proof is good for nothing more.
RenewSecrets = Callable[[str], MailSecrets | None]


_asked_in: ContextVar[str | None] = ContextVar("asked_in", default=None)


@contextmanager
def asked_in(browser: str | None) -> Iterator[None]:
    """Let mails say in which browser they were asked for."""
    token = _asked_in.set(browser)
    try:
        yield
    finally:
        _asked_in.reset(token)


def send(
    template: MailTemplate, to: str, facts: Mapping[str, str], *, user_id: str | None = None
) -> None:
    """Put a mail into the outbox; it is sent if this transaction commits, and soon after.

    From where it was asked for is added by itself. Raises UnusableAddress.
    """
    known = {
        "template": template.value,
        "user_id": user_id,
        "address": client_address(),
        "browser": _asked_in.get(),
    }
    kept = {name: value for name, value in known.items() if value is not None}
    patience = PATIENCE_WITH_PROOF if PROOF in facts else PATIENCE
    put(Kind.MAIL, deliverable(to), kept | dict(facts), patience=patience)


def deliverable(address: str) -> str:
    """Give an address as mail servers want it, its domain in ASCII (RFC 5890 §2.3.2.1).

    Raises UnusableAddress unless it is one address, and nothing but that.
    """
    local_part, at, domain = address.rpartition("@")
    is_plain = address.isprintable() and SPECIALS.isdisjoint(local_part + domain)
    if not (local_part and domain and is_plain):
        raise UnusableAddress
    if domain.isascii():
        return address
    import idna  # 10 ms, when there is a first address that needs it

    try:
        return local_part + at + idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise UnusableAddress from error
