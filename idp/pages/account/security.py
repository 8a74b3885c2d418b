"""How a person signs in: what they have set up, and the way to where each is changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from idp import paths
from idp.pages.account.frame import show
from idp.pages.account.moments import on_day
from idp.storage.credentials import (
    PASSKEY,
    PASSWORD,
    RECOVERY_CODE,
    TOTP,
    Credential,
    list_credentials,
)
from idp.storage.users import User
from idp.users.login_sessions import SignedIn
from idp.web.provider import Provider
from idp.web.request import HttpRequest

# The types of credentials in the order of the page, each with the page on which it is changed.
METHODS: tuple[tuple[str, str], ...] = (
    (PASSKEY, paths.PASSKEYS),
    (PASSWORD, paths.PASSWORD),
    (TOTP, paths.TOTP),
    (RECOVERY_CODE, paths.RECOVERY_CODES),
)


@dataclass(frozen=True, slots=True)
class MethodView:
    """A way to sign in: how many of it there are, what they are called, and since when."""

    type: str
    url: str
    count: int
    names: list[str]
    added: str | None
    changed: str | None


def security(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page."""
    user = signed_in.user
    credentials = list_credentials(user.user_id)
    return show(
        provider,
        http,
        "security.html",
        user,
        methods=[
            _view(
                type_,
                provider.url(path),
                [each for each in credentials if each.type == type_],
                user,
            )
            for type_, path in METHODS
        ],
    )


def _view(type_: str, url: str, credentials: Sequence[Credential], user: User) -> MethodView:
    added = min((each.created_at for each in credentials), default=None)
    changed = max((each.updated_at for each in credentials), default=None)
    return MethodView(
        type=type_,
        url=url,
        count=len(credentials),
        names=[str(each.data["name"]) for each in credentials if each.data.get("name")],
        added=on_day(added, user) if added else None,
        changed=on_day(changed, user) if changed else None,
    )
