"""What every sign-in ends with: the next step, or a login session and its cookie."""

from collections.abc import Collection
from dataclasses import dataclass

from starlette.responses import Response

from idp import audit, log, paths
from idp.authenticators import sign_ins
from idp.authenticators.enrolled import find_enrolled
from idp.authenticators.proof import FIRST_METHODS, Method, amr_of
from idp.authenticators.steps import Complete, Needed, next_proof
from idp.oidc.acr import wanted_acr
from idp.outbox.notices import Notice, notify
from idp.pages.interaction import Waiting, go_on, note_sign_in, url_beside
from idp.pages.tasks import PATHS, Task
from idp.storage.login_sessions import LoginSession
from idp.storage.users import User
from idp.users import login_sessions
from idp.users.devices import describe
from idp.users.known_browsers import is_new_browser
from idp.web.accounts import accounts_in, make_active
from idp.web.cookies import Cookies
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect

KEEP = "keep"  # the box that says: keep me signed in


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a sign-in leads: to a waiting request, to a task, or to the person's account."""

    waiting: Waiting | None = None
    task: Task | None = None

    @property
    def client_id(self) -> str | None:
        """For whom the person signs in."""
        return self.waiting.request.client.client_id if self.waiting else None

    @property
    def interaction_digest(self) -> bytes | None:
        """Which request waits."""
        return self.waiting.interaction.id_digest if self.waiting else None


def wants_to_be_kept(provider: Provider, http: HttpRequest) -> bool:
    """Tell whether the person asked to stay signed in, and may."""
    return provider.config.login_sessions.keep_signed_in and http.form.get(KEEP) is not None


def missing_proof(
    provider: Provider, destination: Destination, user: User, proofs: frozenset[Method]
) -> Complete | Needed:
    """Say what a person must prove beside this."""
    return next_proof(proofs, find_enrolled(user.user_id), _aims(provider, destination))


def proven(
    provider: Provider,
    http: HttpRequest,
    destination: Destination,
    user: User,
    proofs: frozenset[Method],
    *,
    is_kept: bool = False,
) -> Response:
    """Go on after a proof: ask for another one, or sign the person in and lead them on."""
    match missing_proof(provider, destination, user, proofs):
        case Needed():
            return ask_for_more(provider, http, destination, user, proofs, is_kept=is_kept)
        case Complete():
            return complete(provider, http, destination, user, proofs, is_kept=is_kept)


def ask_for_more(
    provider: Provider,
    http: HttpRequest,
    destination: Destination,
    user: User,
    proofs: frozenset[Method],
    *,
    is_kept: bool = False,
) -> Response:
    """Lead to the page of the second step; nobody is signed in yet."""
    secret = sign_ins.begin(
        user,
        proofs,
        http.browser,
        interaction_digest=destination.interaction_digest,
        task=destination.task,
        is_kept=is_kept,
    )
    verify = url_beside(provider, http, destination.waiting, paths.VERIFY, secret.reveal())
    return redirect(provider, http, verify)


def complete(
    provider: Provider,
    http: HttpRequest,
    destination: Destination,
    user: User,
    proofs: frozenset[Method],
    *,
    is_kept: bool,
) -> Response:
    """Sign the person in, and lead them to where they wanted to go."""
    path = PATHS[destination.task] if destination.task else paths.ACCOUNT
    waiting = destination.waiting
    response = go_on(provider, http) if waiting else redirect(provider, http, provider.url(path))
    login_session = sign_in(provider, http, response, user, amr_of(proofs), is_kept=is_kept)
    if waiting is not None:
        note_sign_in(waiting, login_session)
    if first := next((each for each in FIRST_METHODS if each in proofs), None):
        Cookies(provider.config).set_last_method(response, first)
    if is_new_browser(user, http.browser):
        notify(provider.config.mail, user, Notice.NEW_SIGN_IN)
    audit.record(
        audit.EventName.LOGIN_SUCCEEDED,
        user_id=user.user_id,
        sid=login_session.sid,
        client_id=destination.client_id,
        methods=" ".join(sorted(proofs)),
    )
    return response


def sign_in(
    provider: Provider,
    http: HttpRequest,
    response: Response,
    user: User,
    amr: Collection[str],
    *,
    is_kept: bool = False,
) -> LoginSession:
    """Sign a person in in this browser, under an id that nobody knew before (CWE-384).

    Who signs in once more stays in the same session as far as clients can see: its `sid` is kept,
    and with it the grants that live as long. The sessions of other people wait beside it.
    """
    config = provider.config.login_sessions
    device = describe(http.headers.get("user-agent"), log.client_address())
    accounts = accounts_in(provider, http)
    own = next((each for each in accounts if each.user.user_id == user.user_id), None)
    if own is not None:
        secret, login_session = login_sessions.renew(
            own.signed_in.login_session, amr, config, is_kept=is_kept, device=device
        )
    else:
        secret, login_session = login_sessions.start(
            user, amr, config, is_kept=is_kept, device=device
        )
    others = [each for each in accounts if each is not own]
    make_active(provider, http, response, secret, login_session, others)
    return login_session


def _aims(provider: Provider, destination: Destination) -> tuple[frozenset[str], ...]:
    if destination.waiting is not None:
        return destination.waiting.request.acr.aims
    needs_second_factor = provider.config.sign_in.second_factor == "required"
    return wanted_acr((), is_essential=False, needs_second_factor=needs_second_factor).aims
