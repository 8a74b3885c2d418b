"""In which browsers a person has signed in: a new one is news for them (NIST SP 800-63B-4 §4.6)."""

from idp import clock
from idp.secret import Secret, digest
from idp.storage.known_browsers import (
    knows_any_browser,
    remember_browser,
    remember_browser_again,
)
from idp.storage.users import User

LIFETIME = 400 * 86_400  # seconds, as long as a browser may keep its name


def is_new_browser(user: User, browser: Secret) -> bool:
    """Remember in which browser a person signs in; tell whether it is another than ever before.

    The first that is known at all is no news: the account was made there, or before this was noted.
    """
    key_digest = digest(f"{user.user_id} {browser.reveal()}")
    expires_at = clock.in_seconds(LIFETIME)
    if remember_browser_again(key_digest, expires_at):
        return False
    knows_others = knows_any_browser(user.user_id)
    return remember_browser(user.user_id, key_digest, expires_at) and knows_others
