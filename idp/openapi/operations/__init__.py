"""Every operation of the HTTP interface, by chapter: a file for each endpoint.

`refusals.py` has those that several share, `tags.py` the chapters, `client_fields.py` how a client
says who it is. A new endpoint is a new file with its OPERATIONS, and a line here.
"""

from idp.openapi.model import Operation
from idp.openapi.operations import (
    account,
    account_pages,
    authorization,
    conventions,
    docs,
    end_session,
    health,
    introspection,
    key_rotation,
    mail_pages,
    pages,
    passkeys,
    polling,
    pushed_authorization_request,
    registration,
    registration_pages,
    revocation,
    second_factor_pages,
    session_management,
    step_pages,
    token,
    userinfo,
    well_known,
)
from idp.openapi.operations.tags import TAGS

OPERATIONS: tuple[Operation, ...] = (
    *authorization.OPERATIONS,
    *pushed_authorization_request.OPERATIONS,
    *end_session.OPERATIONS,
    *session_management.OPERATIONS,
    *polling.OPERATIONS,
    *token.OPERATIONS,
    *introspection.OPERATIONS,
    *revocation.OPERATIONS,
    *userinfo.OPERATIONS,
    *registration.OPERATIONS,
    *well_known.OPERATIONS,
    *key_rotation.OPERATIONS,
    *docs.OPERATIONS,
    *health.OPERATIONS,
    *pages.OPERATIONS,
    *step_pages.OPERATIONS,
    *registration_pages.OPERATIONS,
    *account.OPERATIONS,
    *account_pages.OPERATIONS,
    *second_factor_pages.OPERATIONS,
    *passkeys.OPERATIONS,
    *mail_pages.OPERATIONS,
    *conventions.OPERATIONS,
)

__all__ = ["OPERATIONS", "TAGS"]
