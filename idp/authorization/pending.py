"""Requests that wait for their user: stored, named by an opaque id, bound to one browser."""

from datetime import datetime, timedelta

from idp import clock
from idp.config import ProtocolConfig
from idp.oauth2.errors import SignInOver
from idp.oauth2.parameters import Parameters
from idp.secret import Secret, digest
from idp.storage.interactions import (
    Interaction,
    add_interaction,
    end_interaction,
    find_interaction,
)
from idp.storage.pushed_requests import PushedRequest, spend_pushed_request

Stored = Interaction | PushedRequest

# How long an answer may be asked for again. Of two presses of a button, a browser drops the answer
# to the first, code and all, and the person is to arrive all the same.
ANSWERED_AGAIN = timedelta(seconds=10)


def store(
    config: ProtocolConfig,
    parameters: Parameters,
    client_id: str,
    browser: Secret,
    *,
    pushed: PushedRequest | None = None,
    polled_digest: bytes | None = None,
) -> Secret:
    """Keep a request while its user is busy; give the id that the browser carries.

    `polled_digest` names it if its client polls for it.
    """
    interaction_id = Secret.generate()
    add_interaction(
        Interaction(
            id_digest=interaction_id.digest,
            client_id=client_id,
            parameters=[[name, value] for name, value in parameters.pairs],
            browser_digest=browser.digest,
            created_at=clock.now(),
            expires_at=clock.in_seconds(config.interaction_lifetime),
            pushed_digest=pushed.id_digest if pushed else None,
            polled_digest=polled_digest,
        )
    )
    return interaction_id


def restore(interaction_id: str, browser: Secret) -> Interaction:
    """Find a waiting request.

    Raises SignInOver if it has expired or was answered, or if another browser began it: a link
    to somebody's own sign-in must not sign others in.
    """
    return _find(interaction_id, browser, clock.now())


def restore_to_answer(interaction_id: str, browser: Secret) -> Interaction:
    """Find a request that is waiting, or that was answered just now; raises SignInOver."""
    return _find(interaction_id, browser, clock.now() - ANSWERED_AGAIN)


def _find(interaction_id: str, browser: Secret, expired_since: datetime) -> Interaction:
    interaction = find_interaction(digest(interaction_id), expired_since)
    if interaction is None:
        raise SignInOver("this sign-in has expired or is finished")
    if not browser.matches(interaction.browser_digest):
        raise SignInOver("this sign-in was started in another browser, or cookies are refused")
    return interaction


def parameters_of(stored: Stored) -> Parameters:
    """Give back the parameters of a stored request."""
    return Parameters((name, value) for name, value in stored.parameters)


def end(stored: Stored) -> bool:
    """Let a stored request that is being answered expire, and spend it if it was pushed.

    Several browsers may have come with one pushed request, and one of them is answered: raises
    SignInOver if it was another. Whoever presses a button twice has spent it by the first time.
    Tells whether a pushed request was spent.
    """
    if isinstance(stored, PushedRequest):
        pushed_digest: bytes | None = stored.id_digest
    else:
        is_first = end_interaction(stored.id_digest)
        pushed_digest = stored.pushed_digest if is_first else None
    if pushed_digest is None:
        return False
    if not spend_pushed_request(pushed_digest):
        raise SignInOver("this request_uri was used before")
    return True
