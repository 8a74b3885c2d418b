"""Mail proofs: what was mailed to an address, and whether somebody has shown to have read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    select,
    update,
)

from idp import clock
from idp.storage.schema import Digest, Moment, metadata
from idp.storage.statements import add_row, changed, fetch_one
from idp.storage.transaction import db

mail_proofs = Table(
    "mail_proofs",
    metadata,
    Column("proof_id", String(64), primary_key=True),
    Column("purpose", String(32), nullable=False),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), index=True),
    Column("email", String(320)),
    # What was typed to ask for it, in its canonical form.
    Column("key_digest", Digest, nullable=False),
    Column("flow_digest", Digest, nullable=False, unique=True),
    Column("browser_digest", Digest),
    Column("code_digest", Digest),
    Column("link_digest", Digest, unique=True),
    Column("tries", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("spent_at", Moment),
    Column("ended_at", Moment),
    Column("data", JSON, nullable=False),
    Index(None, "key_digest", "purpose"),
)


@dataclass(frozen=True, slots=True)
class MailProof:
    """Something mailed, for one purpose, asked for in one browser.

    `code_digest` and `link_digest` are of what the mail carries, and None until it is sent; without
    `email` none ever is. `data` says what happens once it is proven, and is forgotten then.
    """

    proof_id: str
    purpose: str
    user_id: str | None
    email: str | None
    key_digest: bytes
    flow_digest: bytes
    browser_digest: bytes | None
    created_at: datetime
    expires_at: datetime
    data: dict[str, Any]
    code_digest: bytes | None = None
    link_digest: bytes | None = None
    tries: int = 0
    spent_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it could still be given."""
        is_open = self.spent_at is None and self.ended_at is None
        return is_open and self.expires_at > clock.now()


def add_mail_proof(proof: MailProof) -> None:
    """Add a proof."""
    add_row(mail_proofs, proof)


def end_mail_proofs(
    purposes: Collection[str], *, key_digest: bytes | None = None, user_id: str | None = None
) -> None:
    """End all that wait for these purposes: of a person, or of nobody yet who typed this.

    Who only types a person's name ends nothing of theirs.
    """
    whose: tuple[ColumnElement[bool], ...] = (mail_proofs.c.user_id == user_id,)
    if user_id is None:
        whose = (mail_proofs.c.user_id.is_(None), mail_proofs.c.key_digest == key_digest)
    match = (mail_proofs.c.purpose.in_(purposes), *whose, *_waiting())
    db().execute(update(mail_proofs).where(*match).values(ended_at=clock.now(), data={}))


def find_mail_proof_by_flow(flow_digest: bytes) -> MailProof | None:
    """Find a proof by what the browser carries, whatever became of it."""
    return fetch_one(MailProof, select(mail_proofs).where(mail_proofs.c.flow_digest == flow_digest))


def find_mail_proof_by_link(link_digest: bytes) -> MailProof | None:
    """Find a proof that waits by the link in its mail."""
    match = (mail_proofs.c.link_digest == link_digest, *_waiting())
    return fetch_one(MailProof, select(mail_proofs).where(*match))


def set_mail_secrets(proof_id: str, code_digest: bytes, link_digest: bytes) -> MailProof | None:
    """Give a proof that waits what its mail is going to carry, instead of what it had."""
    values = {"code_digest": code_digest, "link_digest": link_digest}
    statement = update(mail_proofs).where(mail_proofs.c.proof_id == proof_id, *_waiting())
    return fetch_one(MailProof, statement.values(values).returning(mail_proofs))


def count_try(flow_digest: bytes, browser_digest: bytes, most: int) -> MailProof | None:
    """Count one try of a code; None if there may be none: one statement, so that none slips by.

    It is counted as well if the proof was spent or ended, which who types codes need not know.
    """
    match = (
        mail_proofs.c.flow_digest == flow_digest,
        mail_proofs.c.browser_digest == browser_digest,
        mail_proofs.c.tries < most,
        mail_proofs.c.expires_at > clock.now(),
    )
    counted = update(mail_proofs).where(*match).values(tries=mail_proofs.c.tries + 1)
    return fetch_one(MailProof, counted.returning(mail_proofs))


def spend_mail_proof(proof: MailProof) -> bool:
    """Use a proof as it was found; tell whether it waited, and its secrets were the same."""
    now = clock.now()
    return changed(update(mail_proofs).where(*_unchanged(proof)).values(spent_at=now, data={}))


def replace_mail_secrets(proof: MailProof, link_digest: bytes) -> bool:
    """Let nothing but this link be good any more; tell whether the secrets were still the same."""
    values = {"code_digest": None, "link_digest": link_digest}
    return changed(update(mail_proofs).where(*_unchanged(proof)).values(values))


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (
        mail_proofs.c.spent_at.is_(None),
        mail_proofs.c.ended_at.is_(None),
        mail_proofs.c.expires_at > clock.now(),
    )


def _unchanged(proof: MailProof) -> tuple[ColumnElement[bool], ...]:
    return (
        mail_proofs.c.proof_id == proof.proof_id,
        mail_proofs.c.code_digest.is_not_distinct_from(proof.code_digest),
        mail_proofs.c.link_digest.is_not_distinct_from(proof.link_digest),
        *_waiting(),
    )
