"""Grants that come of the word of another issuer, without the person (RFC 7521 §4.1)."""

from datetime import datetime

from idp import clock
from idp.clients.model import Client
from idp.config import Config
from idp.oauth2 import scope as scopes
from idp.oauth2.assertion import Assertion, InvalidAssertion
from idp.oauth2.numeric_date import is_numeric_date
from idp.oidc.acr import acr_of
from idp.storage.grants import Grant
from idp.storage.users import User
from idp.tokens.grant import new_grant
from idp.users.asserted import find_asserted

# The person is not there: nobody has signed in to the client, and nothing outlives the assertion.
OF_SIGN_INS = frozenset({scopes.OPENID, scopes.OFFLINE_ACCESS})
MAX_AMR = 20

NO_USER = "must speak of a user of this server, who may sign in."
NO_SECOND_FACTOR = "must have mfa in amr: users need a second factor here."


def new_asserted_grant(
    config: Config, client: Client, assertion: Assertion, scope: frozenset[str]
) -> tuple[Grant, User]:
    """Make the grant that an assertion amounts to, which the caller adds, and find its user.

    Raises InvalidAssertion if it speaks of nobody, or not well enough of them.
    """
    claims = assertion.claims
    user = find_asserted(claims, assertion.trusted.user_by)
    if user is None:
        raise InvalidAssertion(NO_USER)
    amr = _amr(claims.get("amr"))
    is_required = config.sign_in.second_factor == "required" or client.require_second_factor
    if is_required and "mfa" not in amr:
        raise InvalidAssertion(NO_SECOND_FACTOR)
    auth_time = _auth_time(assertion)
    grant = new_grant(
        config.tokens, client, user, scope, auth_time=auth_time, amr=amr, acr=acr_of(amr)
    )
    return grant, user


def _amr(value: object) -> list[str]:
    words = value[:MAX_AMR] if isinstance(value, list) else []
    return [word for word in words if isinstance(word, str) and word.isascii()]


def _auth_time(assertion: Assertion) -> datetime:
    """Say when the person has signed in there; at the latest, when the assertion was made."""
    now = clock.now()
    said = (assertion.claims.get(name) for name in ("auth_time", "iat"))
    moments = [moment for moment in said if is_numeric_date(moment) and moment > 0]
    return min(now, clock.from_timestamp(int(moments[0]))) if moments else now
