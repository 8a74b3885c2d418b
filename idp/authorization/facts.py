"""Looking up the facts on which the next step of a request depends."""

from collections.abc import Callable, Iterator

from idp import clock
from idp.authenticators.enrolled import find_enrolled
from idp.authenticators.proof import Method
from idp.authorization.interaction import Facts, lacks
from idp.authorization.request import AuthorizationRequest
from idp.config import LoginSessionsConfig
from idp.oidc.subject import subject_of
from idp.secret import Secret
from idp.storage.consents import find_consent
from idp.storage.interactions import Interaction
from idp.users import login_sessions
from idp.users.browser_accounts import Account, is_called, list_accounts
from idp.users.login_sessions import SignedIn

Wish = Callable[[Account], bool]


def find_facts(
    config: LoginSessionsConfig,
    request: AuthorizationRequest,
    active: Secret | None,
    others: tuple[Secret, ...],
    interaction: Interaction | None,
) -> Facts:
    """Find who is signed in in this browser, and what they have allowed the client before."""
    session = _choose(config, request, active, others, interaction)
    signed_in = login_sessions.hold(session.reveal() if session else None, config)
    if signed_in is None:
        has_others = bool(list_accounts(None, others, config))
        return Facts(request, clock.now(), interaction=interaction, has_other_accounts=has_others)
    return Facts(
        request,
        clock.now(),
        login_session=signed_in.login_session,
        user=signed_in.user,
        consent=find_consent(signed_in.user.user_id, request.client.client_id),
        interaction=interaction,
        enrolled=_enrolled(request, signed_in),
    )


def _enrolled(request: AuthorizationRequest, signed_in: SignedIn) -> frozenset[Method]:
    wants_more = any(lacks(signed_in.login_session, aim) for aim in request.acr.aims)
    return find_enrolled(signed_in.user.user_id) if wants_more else frozenset()


def _choose(
    config: LoginSessionsConfig,
    request: AuthorizationRequest,
    active: Secret | None,
    others: tuple[Secret, ...],
    interaction: Interaction | None,
) -> Secret | None:
    """Take the account that this request is about; the active one if nothing says which it is.

    A hint changes nothing for other requests: each of two apps may go on with an account of its
    own, in the background too. Only the chosen session is held, so that no two wait in a circle.
    """
    wishes = list(_wishes(request, interaction)) if others else []
    accounts = list_accounts(active, others, config) if wishes else []
    wanted = (each.session for is_wanted in wishes for each in accounts if is_wanted(each))
    return next(wanted, active)


def _wishes(request: AuthorizationRequest, interaction: Interaction | None) -> Iterator[Wish]:
    """Say which account is wanted, what the person has chosen before what the client says."""
    sid = interaction.selected_sid if interaction else None
    if sid is not None:
        yield lambda account: account.sid == sid
    client, subject, login_hint = request.client, request.hinted_subject, request.login_hint
    if subject is not None:
        yield lambda account: subject_of(client, account.user.user_id) == subject
    if login_hint is not None:
        yield lambda account: is_called(account.user, login_hint)
