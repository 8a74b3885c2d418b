"""Polling: a client asks until its person has decided on another device (RFC 8628 §3.4, §3.5)."""

from datetime import timedelta

from authlib.oauth2.rfc6749.errors import InvalidGrantError

from idp import clock
from idp.clients.model import Client
from idp.oauth2.errors import OAuth2Error
from idp.secret import Secret
from idp.storage.database import commit
from idp.storage.polled_requests import (
    PolledRequest,
    find_polled_request,
    postpone_poll,
    spend_polled_request,
)
from idp.vocabulary import ErrorCode, GrantType

SLOWER_BY = 5  # seconds, for whoever does not wait (§3.5)
LEEWAY = timedelta(seconds=1)  # a client counts from when it has asked, not from our answer


class UnknownPolledCode(InvalidGrantError):
    """No such code, or it is another client's, or it was redeemed."""

    description = "The code is unknown, was used before, or is not for this client."


class AuthorizationPending(OAuth2Error):
    """The person has not decided yet."""

    error = ErrorCode.AUTHORIZATION_PENDING
    description = "The user has not decided yet: ask again after the interval."


class SlowDown(OAuth2Error):
    """The person has not decided yet, and the client has asked too soon."""

    error = ErrorCode.SLOW_DOWN
    description = "Asked too soon: wait 5 seconds longer than before, from now on."


class ExpiredToken(OAuth2Error):
    """The person did not decide in time, or the client did not ask in time."""

    error = ErrorCode.EXPIRED_TOKEN
    description = "The code has expired: begin anew if the user wants to."


class AccessDenied(OAuth2Error):
    """The person has decided, against the client."""

    error = ErrorCode.ACCESS_DENIED
    description = "The user did not allow it."


def poll(code: Secret, client: Client, grant_type: GrantType) -> PolledRequest:
    """Give the request of a code, if its person has allowed it; nothing is spent yet.

    Raises UnknownPolledCode, AccessDenied, ExpiredToken, AuthorizationPending or SlowDown.
    """
    request = find_polled_request(code.digest)
    if request is None or (request.client_id, request.grant_type) != (client.client_id, grant_type):
        raise UnknownPolledCode()
    if request.redeemed_at is not None:
        raise UnknownPolledCode()
    if request.denied_at is not None:
        raise AccessDenied()
    if request.has_expired:
        raise ExpiredToken()
    if request.grant_id is None:
        raise _postponed(request)
    return request


def spend(request: PolledRequest) -> None:
    """Redeem a request that was allowed; raise UnknownPolledCode if another poll has done so."""
    if not spend_polled_request(request.code_digest):
        raise UnknownPolledCode()


def _postponed(request: PolledRequest) -> OAuth2Error:
    """Note when the client may ask again, which outlasts the error that it is told."""
    now = clock.now()
    is_too_soon = now < request.next_poll_at
    interval = request.interval + (SLOWER_BY if is_too_soon else 0)
    postpone_poll(request.code_digest, interval, now + timedelta(seconds=interval) - LEEWAY)
    commit()
    return SlowDown() if is_too_soon else AuthorizationPending()
