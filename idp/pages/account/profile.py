"""What a person says of themselves, for clients that may know it (OIDC Core §5.1)."""

from collections.abc import Mapping

from starlette.responses import Response

from idp import paths
from idp.pages.account.frame import show
from idp.storage.users import User
from idp.users.login_sessions import SignedIn
from idp.users.names import ValidationFailed
from idp.users.profile import change_profile
from idp.users.time_zones import list_time_zones
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect

# Each in its own words (BCP 47).
LANGUAGES = (
    ("ar", "العربية"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("en-GB", "English (United Kingdom)"),
    ("en-US", "English (United States)"),
    ("es", "Español"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nb", "Norsk bokmål"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("pt-BR", "Português (Brasil)"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("vi", "Tiếng Việt"),
    ("zh-Hans", "简体中文"),
    ("zh-Hant", "繁體中文"),
)

NO_ERRORS: Mapping[str, str] = {}


def profile(provider: Provider, http: HttpRequest, signed_in: SignedIn) -> Response:
    """Show the page, or keep what was typed into it."""
    user = signed_in.user
    if http.method == "GET":
        return show_profile(provider, http, user)
    typed = {name: http.form.verbatim(name) or "" for name in _typed_names(provider, http)}
    try:
        change_profile(user, typed, provider.config.account.editable_claims)
    except ValidationFailed as failure:
        return show_profile(provider, http, user, typed, failure.errors, status=422)
    return redirect(provider, http, provider.url(paths.PROFILE))


def show_profile(
    provider: Provider,
    http: HttpRequest,
    user: User,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] = NO_ERRORS,
    *,
    status: int = 200,
) -> Response:
    """Show the page, with what was typed into it if that was not good."""
    known = {"name": user.name, **(user.claims or {})}
    return show(
        provider,
        http,
        "profile.html",
        user,
        status=status,
        values={**{name: value or "" for name, value in known.items()}, **(typed or {})},
        errors=errors,
        editable=provider.config.account.editable_claims,
        languages=LANGUAGES,
        time_zones=list_time_zones(),
        max_kilobytes=provider.config.account.max_picture_bytes // 1000,
    )


def _typed_names(provider: Provider, http: HttpRequest) -> list[str]:
    editable = provider.config.account.editable_claims
    return [name for name in editable if name != "picture" and name in http.form]
