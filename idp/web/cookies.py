"""The cookies: which browser this is, which login session is active in it, and which others wait.

They hold random ids and nothing else, but for the one that names the method of the last sign-in;
`__Host-` binds them to this host and to HTTPS (RFC 6265bis §4.1.3.2). Only a development server on
plain http leaves that away, because Safari would not keep such a cookie there.

With `protocol.session_management` there is one more, for our page in a frame of a client: its
script can read it, and it changes with each sign-in and sign-out (OIDC Session Management §3.3).
"""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from idp.authenticators.proof import FIRST_METHODS, Method
from idp.config import Config
from idp.oidc.session_management import browser_state
from idp.secret import Secret

BROWSER_LIFETIME = 400 * 86_400  # seconds; more is not allowed (RFC 6265bis §5.5)
MAX_LENGTH = 128
MAX_OTHERS = 4  # beside the active one; a person has few accounts, and a header is short


class Cookies:
    """The names and attributes of the cookies of a server."""

    def __init__(self, config: Config) -> None:
        is_plain = config.server.dev and config.issuer.startswith("http:")
        self._prefix = "" if is_plain else "__Host-"
        self._secure = not is_plain
        self._session_management = config.protocol.session_management

    @property
    def browser_state_name(self) -> str:
        """The name of the cookie that the page in a frame reads."""
        return self._prefix + "idp-browser-state"

    def browser(self, cookies: Mapping[str, str]) -> Secret | None:
        """Read the id of the browser."""
        return self._read(cookies, "idp-browser")

    def session(self, cookies: Mapping[str, str]) -> Secret | None:
        """Read the id of the login session."""
        return self._read(cookies, "idp-session")

    def others(self, cookies: Mapping[str, str]) -> tuple[Secret, ...]:
        """Read the ids of the login sessions beside it, the one that was active last first."""
        ids = cookies.get(self._prefix + "idp-others", "").split(".", MAX_OTHERS)[:MAX_OTHERS]
        return tuple(Secret(each) for each in ids if 0 < len(each) <= MAX_LENGTH)

    def last_method(self, cookies: Mapping[str, str]) -> Method | None:
        """Read how somebody signed in in this browser the last time."""
        value = cookies.get(self._prefix + "idp-last-method", "")
        return Method(value) if value in FIRST_METHODS else None

    def set_browser(self, response: Response, browser: Secret) -> None:
        """Name a browser that has no name yet."""
        self._set(response, "idp-browser", browser.reveal(), BROWSER_LIFETIME)

    def set_session(self, response: Response, session: Secret, lifetime: int | None) -> None:
        """Open a login session in the browser, as the active one.

        Without a lifetime the browser forgets it when it is closed.
        """
        self._set(response, "idp-session", session.reveal(), lifetime)

    def set_last_method(self, response: Response, method: Method) -> None:
        """Note how somebody signed in, which says nothing of who it was."""
        self._set(response, "idp-last-method", method, BROWSER_LIFETIME)

    def remove_session(self, response: Response) -> None:
        """Close the login session in the browser."""
        self._set(response, "idp-session", "", 0)

    def set_browser_state(
        self, response: Response, sessions: Sequence[Secret], lifetime: int | None
    ) -> None:
        """Show the page in a frame which sessions are open, where clients may watch that."""
        if self._session_management:
            response.set_cookie(
                self.browser_state_name,
                browser_state(sessions),
                max_age=lifetime if sessions else 0,
                path="/",
                secure=True,  # no browser takes it otherwise, and for loopback it may be http
                samesite="none",
            )

    def set_others(
        self, response: Response, others: Sequence[Secret], lifetime: int | None
    ) -> None:
        """Keep the login sessions beside the active one, or forget that there were any."""
        ids = ".".join(each.reveal() for each in others)
        self._set(response, "idp-others", ids, lifetime if ids else 0)

    def _read(self, cookies: Mapping[str, str], name: str) -> Secret | None:
        value = cookies.get(self._prefix + name, "")
        return Secret(value) if value and len(value) <= MAX_LENGTH else None

    def _set(self, response: Response, name: str, value: str, max_age: int | None) -> None:
        response.set_cookie(
            self._prefix + name,
            value,
            max_age=max_age,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )
