"""Looking up the facts on which the next step of a request depends."""

from idp import clock
from idp.authorization.interaction import Facts
from idp.authorization.request import AuthorizationRequest
from idp.config import LoginSessionsConfig
from idp.secret import Secret
from idp.storage.consents import find_consent
from idp.storage.interactions import Interaction
from idp.users import login_sessions


def find_facts(
    config: LoginSessionsConfig,
    request: AuthorizationRequest,
    session: Secret | None,
    interaction: Interaction | None,
) -> Facts:
    """Find who is signed in in this browser, and what they have allowed the client before."""
    signed_in = login_sessions.hold(session.reveal() if session else None, config)
    if signed_in is None:
        return Facts(request, clock.now(), interaction=interaction)
    return Facts(
        request,
        clock.now(),
        login_session=signed_in.login_session,
        user=signed_in.user,
        consent=find_consent(signed_in.user.user_id, request.client.client_id),
        interaction=interaction,
    )
