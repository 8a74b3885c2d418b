"""Grants: what a user allowed a client; revoking one ends all its codes and tokens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    String,
    Table,
    bindparam,
    func,
    literal,
    select,
    type_coerce,
    update,
)

from idp import clock
from idp.storage.operations import Change
from idp.storage.schema import SHORT_ROWS, Moment, Words, metadata
from idp.storage.statements import add_row_later, changed, fetch_all, fetch_one, find_one
from idp.storage.together import together
from idp.storage.transaction import db
from idp.storage.users import User, users

grants = Table(
    "grants",
    metadata,
    Column("grant_id", String(64), primary_key=True),
    Column(
        "client_id",
        ForeignKey("clients.client_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("user_id", ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sid", String(64)),
    Column("scope", Words, nullable=False),
    Column("auth_time", Moment, nullable=False),
    Column("amr", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("revoked_at", Moment),
    Column("acr", String(255)),
    Column("claims", JSON),
    Column("used_at", Moment),
    Column("resource", Words),
    Column("authorization_details", JSON(none_as_null=True)),
    **SHORT_ROWS,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one user allowed one client at one time.

    `sid` names the login session that it came from (None for the password grant), and
    `expires_at` is the absolute end of its refresh tokens. `acr` says how well the person was
    authenticated, and `claims` which claims were asked for one by one (OIDC Core §2, §5.5).
    `used_at` is the day on which it was last refreshed, None if it never was. `resource` names what
    it is for (RFC 8707 §2), and `authorization_details` what was allowed in detail (RFC 9396 §2).
    """

    grant_id: str
    client_id: str
    user_id: str
    sid: str | None
    scope: frozenset[str]
    auth_time: datetime
    amr: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    acr: str | None = None
    claims: dict[str, Any] | None = None
    used_at: datetime | None = None
    resource: frozenset[str] | None = None
    authorization_details: list[dict[str, Any]] | None = None

    @property
    def is_live(self) -> bool:
        """Whether tokens of this grant are good."""
        return self.revoked_at is None and self.expires_at > clock.now()


@dataclass(frozen=True, slots=True)
class ClientGrants:
    """All live grants of one user to one client, taken together."""

    client_id: str
    scope: frozenset[str]
    resource: frozenset[str]
    since: datetime
    used_at: datetime


_FIND_WITH_USER = together(
    grants.c.grant_id == bindparam("grant_id"), (Grant, grants), (User, users)
)
_MARK_USED = Change(
    update(grants).where(grants.c.grant_id == bindparam("id")).values(used_at=bindparam("now"))
)


def add_grant(grant: Grant) -> None:
    """Add a grant."""
    add_row_later(grants, grant)


def find_grant(grant_id: str) -> Grant | None:
    """Find a grant by its id."""
    return find_one(Grant, grants, grant_id=grant_id)


def find_grant_and_user(grant_id: str) -> tuple[Grant, User] | None:
    """Find a grant by its id, with the user who gave it."""
    found: tuple[Grant, User] | None = _FIND_WITH_USER.one(grant_id=grant_id)
    return found


def find_grant_of_sign_in(user_id: str, client_id: str, sid: str | None) -> Grant | None:
    """Find the newest live grant of a user to a client, from one login session or from none."""
    whose = (grants.c.user_id == user_id, grants.c.client_id == client_id, grants.c.sid == sid)
    live = (grants.c.revoked_at.is_(None), grants.c.expires_at > clock.now())
    newest = select(grants).where(*whose, *live).order_by(grants.c.created_at.desc()).limit(1)
    return fetch_one(Grant, newest)


def list_client_grants(user_id: str) -> list[ClientGrants]:
    """List the clients with live grants of a user, newest first, at most 200."""
    live = (grants.c.revoked_at.is_(None), grants.c.expires_at > clock.now())
    # A client may have thousands of grants, but only a few different scopes.
    last_use = func.max(func.coalesce(grants.c.used_at, grants.c.created_at))
    each = (
        select(
            grants.c.client_id,
            grants.c.scope,
            grants.c.resource,
            func.min(grants.c.created_at).label("since"),
            last_use.label("used_at"),
        )
        .where(grants.c.user_id == user_id, *live)
        .group_by(grants.c.client_id, grants.c.scope, grants.c.resource)
        .subquery()
    )
    since = func.min(each.c.since).label("since")
    used_at = func.max(each.c.used_at).label("used_at")
    words = (_words(each.c.scope, "scope"), _words(each.c.resource, "resource"))
    statement = select(each.c.client_id, *words, since, used_at)
    by_client = statement.group_by(each.c.client_id)
    return fetch_all(ClientGrants, by_client.order_by(since.desc()).limit(200))


def _words(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """Put the words of all rows together."""
    text = func.coalesce(type_coerce(column, String), "")
    return type_coerce(func.aggregate_strings(text, " "), Words).label(name)


def list_user_ids_of_client(client_id: str) -> list[str]:
    """List who has allowed a client something that is still remembered, at most 10,000."""
    match = grants.c.client_id == client_id
    return list(db().scalars(select(grants.c.user_id).where(match).distinct().limit(10_000)))


def mark_grant_used(grant_id: str, now: datetime) -> None:
    """Note, by the end of the transaction, when a client was given tokens anew."""
    _MARK_USED.later(id=grant_id, now=now)


def shorten_grants_of_client(user_id: str, client_id: str, end: datetime) -> None:
    """Let all that a user allowed a client end at that moment, if not earlier."""
    match = (grants.c.user_id == user_id, grants.c.client_id == client_id)
    later = (grants.c.revoked_at.is_(None), grants.c.expires_at > end)
    db().execute(update(grants).where(*match, *later).values(expires_at=end))


def revoke_grant(grant_id: str) -> bool:
    """Revoke a grant and so all its codes and tokens; tell whether it was live."""
    match = (grants.c.grant_id == grant_id, grants.c.revoked_at.is_(None))
    return changed(update(grants).where(*match).values(revoked_at=clock.now()))


def revoke_grants_of_client(user_id: str, client_id: str) -> bool:
    """Revoke all that a user allowed a client; tell whether there was anything."""
    return _revoke(grants.c.user_id == user_id, grants.c.client_id == client_id)


def revoke_grants_of_user(user_id: str) -> None:
    """Revoke all that a user allowed anyone."""
    _revoke(grants.c.user_id == user_id)


def revoke_grants_of_session(user_id: str, sid: str) -> None:
    """Revoke the grants that end with a login session: those without offline_access.

    OIDC Back-Channel Logout §2.7 lets only refresh tokens with offline_access outlive a logout.
    """
    words = literal(" ") + type_coerce(grants.c.scope, String) + literal(" ")
    online = ~words.contains(" offline_access ")
    _revoke(grants.c.user_id == user_id, grants.c.sid == sid, online)


def _revoke(*match: object) -> bool:
    live = grants.c.revoked_at.is_(None)
    return changed(update(grants).where(live, *match).values(revoked_at=clock.now()))  # type: ignore[arg-type]  # SQL conditions
