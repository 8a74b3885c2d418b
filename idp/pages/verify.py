"""The second step of a sign-in: its page, and what is typed into it (NIST SP 800-63B-4 §2.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from idp import audit, log, paths
from idp.audit import EventName
from idp.authenticators import recovery_code, sign_ins, totp
from idp.authenticators.passkey import PasskeyRefused
from idp.authenticators.proof import InvalidCredentials, Method
from idp.authenticators.steps import Needed
from idp.config import Config
from idp.oauth2.errors import SignInOver
from idp.pages import passkey_form
from idp.pages.interaction import Waiting, find_waiting, go_on, note
from idp.pages.sign_in import Destination, missing_proof, proven
from idp.pages.tasks import Task
from idp.storage.sign_ins import SignIn
from idp.storage.users import User, find_user
from idp.users.throttle import Throttled
from idp.web import csrf
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import allow_passkeys, page, redirect

Prove = Callable[[Provider, HttpRequest, User], object]


def _with_code(verify: Callable[[Config, User, str, str], None]) -> Prove:
    """Read a form with a code."""

    def prove(provider: Provider, http: HttpRequest, user: User) -> None:
        address = log.client_address() or ""
        verify(provider.config, user, http.form.get("code") or "", address)

    return prove


# How each method reads its form; it raises InvalidCredentials or Throttled.
PROVERS: dict[Method, Prove] = {
    Method.PASSKEY: passkey_form.verify_answer,
    Method.TOTP: _with_code(totp.verify),
    Method.RECOVERY_CODE: _with_code(recovery_code.verify),
}


@dataclass(frozen=True, slots=True)
class Under:
    """A sign-in under way."""

    sign_in: SignIn
    user: User
    destination: Destination
    methods: tuple[Method, ...]

    @property
    def proofs(self) -> frozenset[Method]:
        """What was proven before."""
        return frozenset(map(Method, self.sign_in.proofs))


def verify(provider: Provider, http: HttpRequest) -> Response:
    """Show the page, or check a proof and lead on."""
    return _verify(provider, http, None)


def verify_for_request(provider: Provider, http: HttpRequest) -> Response:
    """Do the same for a request that waits."""
    return _verify(provider, http, find_waiting(provider, http))


def _verify(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Response:
    under = _find(provider, http, waiting)
    if http.method == "GET":
        return _show(provider, http, under)
    csrf.check(http, provider.config.issuer)
    if http.form.get("decision") == "cancel":
        return _cancel(provider, http, under)
    method = next((each for each in under.methods if each == http.form.get("method")), None)
    if method is None:
        return _show(provider, http, under, status=422)
    return _prove(provider, http, under, method)


def _find(provider: Provider, http: HttpRequest, waiting: Waiting | None) -> Under:
    digest = waiting.interaction.id_digest if waiting else None
    sign_in = sign_ins.restore(http.path_params["sign_in"], http.browser, digest)
    user = find_user(sign_in.user_id)
    destination = Destination(waiting, Task(sign_in.task) if sign_in.task else None)
    if user is None or not user.is_active:
        raise SignInOver("the account was closed meanwhile")
    proofs = frozenset(map(Method, sign_in.proofs))
    match missing_proof(provider, destination, user, proofs):
        case Needed(methods):
            return Under(sign_in, user, destination, methods)
        case _:
            raise SignInOver("the account needs no further proof any more")


def _prove(provider: Provider, http: HttpRequest, under: Under, method: Method) -> Response:
    try:
        PROVERS[method](provider, http, under.user)
    except PasskeyRefused:  # and recorded, with the reason
        return _show(provider, http, under, status=401, wrong=method)
    except InvalidCredentials:
        audit.record(
            EventName.LOGIN_FAILED,
            user_id=under.user.user_id,
            client_id=under.destination.client_id,
            method=method,
        )
        return _show(provider, http, under, status=401, wrong=method)
    except Throttled as throttled:
        return _show(provider, http, under, status=429, retry_after=throttled.retry_after)
    sign_ins.spend(under.sign_in)
    proofs = under.proofs | {method}
    is_kept = under.sign_in.is_kept
    return proven(provider, http, under.destination, under.user, proofs, is_kept=is_kept)


def _cancel(provider: Provider, http: HttpRequest, under: Under) -> Response:
    sign_ins.spend(under.sign_in)
    if under.destination.waiting is None:
        return redirect(provider, http, provider.url(paths.LOGIN))
    note(under.destination.waiting, is_denied=True)
    return go_on(provider, http)


def _show(
    provider: Provider,
    http: HttpRequest,
    under: Under,
    *,
    status: int = 200,
    wrong: Method | None = None,
    retry_after: int = 0,
) -> Response:
    waiting, shown = under.destination.waiting, _shown(http, under)
    by_passkey = shown is Method.PASSKEY
    response = page(
        provider,
        http,
        "verify.html",
        status=status,
        client=waiting.client if waiting else None,
        user=under.user,
        methods=list(under.methods),
        shown=shown,
        wrong=wrong,
        retry_after=retry_after,
        passkey_request=passkey_form.question(provider, http, under.user) if by_passkey else None,
    )
    return allow_passkeys(response) if by_passkey else response


def _shown(http: HttpRequest, under: Under) -> Method:
    """Show the method that the person turned to, or the first that there is."""
    asked = http.parameters.get("method")
    return next((each for each in under.methods if each == asked), under.methods[0])
