"""Sign-ins under way: kept while a person proves more, named by an opaque id of one browser."""

from collections.abc import Collection
from datetime import timedelta

from idp import clock
from idp.authenticators.proof import Method
from idp.oauth2.errors import SignInOver
from idp.secret import Secret, digest
from idp.storage.sign_ins import SignIn, add_sign_in, find_sign_in, spend_sign_in
from idp.storage.users import User

LIFETIME = timedelta(minutes=10)


def begin(
    user: User,
    proofs: Collection[Method],
    browser: Secret,
    *,
    interaction_digest: bytes | None = None,
    task: str | None = None,
    is_kept: bool = False,
) -> Secret:
    """Keep what a person has proven; give the id that the browser carries."""
    secret = Secret.generate()
    add_sign_in(
        SignIn(
            id_digest=secret.digest,
            browser_digest=browser.digest,
            user_id=user.user_id,
            proofs=sorted(proofs),
            interaction_digest=interaction_digest,
            task=task,
            is_kept=is_kept,
            expires_at=clock.now() + LIFETIME,
        )
    )
    return secret


def restore(sign_in_id: str, browser: Secret, interaction_digest: bytes | None) -> SignIn:
    """Find a sign-in of this browser, for this request.

    Raises SignInOver if there is none, or if it has expired or is complete.
    """
    sign_in = find_sign_in(digest(sign_in_id))
    if sign_in is None or sign_in.interaction_digest != interaction_digest:
        raise SignInOver("this sign-in has expired or is finished")
    if not browser.matches(sign_in.browser_digest):
        raise SignInOver("this sign-in was started in another browser, or cookies are refused")
    return sign_in


def spend(sign_in: SignIn) -> None:
    """Let nobody go on with it any more; raise SignInOver if another request has done so."""
    if not spend_sign_in(sign_in.id_digest):
        raise SignInOver("this sign-in has expired or is finished")
