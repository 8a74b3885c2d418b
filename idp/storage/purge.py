"""Removal of what has expired, and of what happened long ago, in small batches."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Table, delete, select, tuple_

from idp import clock
from idp.storage.access_tokens import access_tokens, revoked_jtis
from idp.storage.attempts import attempts
from idp.storage.audit_events import audit_events
from idp.storage.authorization_codes import authorization_codes
from idp.storage.consents import consents
from idp.storage.deliveries import deliveries
from idp.storage.grants import grants
from idp.storage.initial_access_tokens import initial_access_tokens
from idp.storage.interactions import interactions
from idp.storage.known_browsers import known_browsers
from idp.storage.login_sessions import login_sessions
from idp.storage.mail_proofs import mail_proofs
from idp.storage.one_time_tokens import one_time_tokens
from idp.storage.polled_requests import polled_requests
from idp.storage.pushed_requests import pushed_requests
from idp.storage.refresh_tokens import refresh_tokens
from idp.storage.sign_ins import sign_ins
from idp.storage.transaction import db
from idp.storage.used_jtis import used_jtis

BATCH = 500

# Codes stay an hour longer than they are good, so that a replay is still seen; requests a minute,
# since who presses a button twice is answered twice; a consent for one request, until that is
# granted; what was polled for, as long as a client may ask once more. A grant goes last: its tokens
# refer to it.
PURGED: tuple[tuple[Table, timedelta], ...] = (
    (authorization_codes, timedelta(hours=1)),
    (access_tokens, timedelta()),
    (refresh_tokens, timedelta()),
    (revoked_jtis, timedelta()),
    (used_jtis, timedelta()),
    (attempts, timedelta()),
    (interactions, timedelta(minutes=1)),
    (pushed_requests, timedelta()),
    (sign_ins, timedelta()),
    (polled_requests, timedelta(hours=1)),
    (one_time_tokens, timedelta()),
    (mail_proofs, timedelta()),
    (initial_access_tokens, timedelta()),
    (deliveries, timedelta()),
    (known_browsers, timedelta()),
    (login_sessions, timedelta()),
    (consents, timedelta(days=1)),
    (grants, timedelta(days=1)),
)


def purge_batch(table: Table, keep: timedelta) -> int:
    """Remove up to BATCH rows that expired longer ago than that; tell how many."""
    return _purge_batch(table, table.c.expires_at, keep)


def purge_audit_batch(retention: timedelta) -> int:
    """Remove up to BATCH events that happened longer ago than that; tell how many."""
    return _purge_batch(audit_events, audit_events.c.occurred_at, retention)


def _purge_batch(table: Table, moment: Column[datetime], keep: timedelta) -> int:
    keys = table.primary_key.columns
    some = select(*keys).where(moment < clock.now() - keep).limit(BATCH)
    return db().execute(delete(table).where(tuple_(*keys).in_(some))).rowcount
