"""The pages about mail, and the way to them."""

from functools import partial
from typing import Any

from idp.storage.users import set_email_verified
from idp.users.mail_proofs import Purpose, begin, renew_secrets
from tests.browser.screens import Scene, Screen


async def open_link(scene: Scene, purpose: Purpose, **changes: Any) -> None:
    """Open the link of a mail."""
    values = {"key": "mail", "email": scene.person.email, "user_id": scene.person.user_id}
    _, proof = await scene.server.run(partial(begin, purpose, **values | changes))
    mail = await scene.server.run(renew_secrets, proof.proof_id)
    assert mail is not None
    assert mail.link_token is not None
    await scene.page.goto(f"/mail/{mail.link_token.reveal()}")


async def recover(scene: Scene) -> None:
    """Have forgotten the password on the way to a client."""
    await scene.authorize()
    await scene.page.click("#login-recover")


async def recover_missing(scene: Scene) -> None:
    """Type nothing that is a name."""
    await recover(scene)
    await scene.page.fill("#username", " ")
    await scene.page.click("#recover-submit")


async def check_mail(scene: Scene) -> None:
    """Ask for a mail."""
    await recover(scene)
    await scene.page.fill("#username", scene.person.username)
    await scene.page.click("#recover-submit")
    await scene.page.wait_for_selector("#check-mail-page")


async def check_mail_wrong(scene: Scene) -> None:
    """Type a wrong code."""
    await check_mail(scene)
    await scene.page.fill("#code", "1234 5678")
    await scene.page.click("#code-submit")


async def check_mail_exhausted(scene: Scene) -> None:
    """Type wrong codes until none is taken any more."""
    await check_mail(scene)
    while await scene.page.query_selector("#code-submit"):
        await scene.page.fill("#code", "12345678")
        await scene.page.click("#code-submit")
        await scene.page.wait_for_selector("#code-error")


async def mail_link(scene: Scene) -> None:
    """Open the link that confirms an address."""
    await open_link(scene, Purpose.VERIFY_EMAIL)


async def mail_link_undo(scene: Scene) -> None:
    """Open the link in the warning at the old address."""
    await open_link(scene, Purpose.UNDO_EMAIL_CHANGE)


async def mail_link_over(scene: Scene) -> None:
    """Open a link that is good no more."""
    await scene.page.goto("/mail/unknown")


async def new_password(scene: Scene) -> None:
    """Open the link with which another password is chosen."""
    await scene.server.run(set_email_verified, scene.person.user_id, scene.person.email_key)
    await open_link(scene, Purpose.RECOVER)


async def new_password_weak(scene: Scene) -> None:
    """Choose a weak one."""
    await new_password(scene)
    await scene.page.fill("#new-password", "password1234")
    await scene.page.click("#new-password-submit")


async def invitation(scene: Scene) -> None:
    """Open an invitation."""
    data = {"name": "Ada Lovelace", "is_admin": False}
    await open_link(scene, Purpose.INVITATION, email="ada@acme.example", user_id=None, data=data)


async def invitation_wrong(scene: Scene) -> None:
    """Choose names that cannot be taken."""
    await invitation(scene)
    await scene.page.fill("#username", "a b")
    await scene.page.fill("#password", "password1234")
    await scene.page.click("#invitation-submit")


async def email(scene: Scene) -> None:
    """Look at the address, which nobody has confirmed yet."""
    await scene.be_signed_in()
    await scene.page.goto("/account/email")


async def email_wrong(scene: Scene) -> None:
    """Type the address that one has."""
    await email(scene)
    await scene.page.fill("#email", scene.person.email or "")
    await scene.page.click("#email-change")


async def done(scene: Scene) -> None:
    """Have a new password."""
    await scene.page.goto("/done/recovered")


SCREENS: dict[str, tuple[str, Screen]] = {
    "recover": ("recover-page", recover),
    "recover-missing": ("username-error", recover_missing),
    "check-mail": ("check-mail-page", check_mail),
    "check-mail-wrong": ("code-error", check_mail_wrong),
    "check-mail-exhausted": ("code-error", check_mail_exhausted),
    "mail-link": ("mail-link-page", mail_link),
    "mail-link-undo": ("mail-link-page", mail_link_undo),
    "mail-link-over": ("error-page", mail_link_over),
    "new-password": ("new-password-page", new_password),
    "new-password-weak": ("new-password-error", new_password_weak),
    "invitation": ("invitation-page", invitation),
    "invitation-wrong": ("username-error", invitation_wrong),
    "email": ("email-page", email),
    "email-wrong": ("email-error", email_wrong),
    "done": ("done-page", done),
}
