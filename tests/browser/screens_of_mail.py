"""The pages about mail, and mail itself as a program that shows HTML shows it."""

from functools import partial
from pathlib import Path

from idp.outbox import mail
from idp.outbox.mail import PAGE, PROOF, MailTemplate
from idp.outbox.notices import Notice, notify
from idp.users import mail_proofs
from idp.users.mail_proofs import Purpose
from tests.browser.screens import Scene, Screen
from tests.parties.letters import inbox_of


async def email_code(scene: Scene) -> None:
    """Turn to a code by mail."""
    await scene.authorize()
    await scene.page.click("#login-email-code")


async def mail_with_code(scene: Scene) -> None:
    """Read a mail with a code and a button."""
    email = scene.person.email or ""

    def send() -> None:
        _, proof = mail_proofs.begin(Purpose.RECOVER, key=email, email=email)
        facts = {PROOF: proof.proof_id, PAGE: "/mail", "browser": "Firefox, Windows"}
        mail.send(MailTemplate.RECOVER, email, facts, user_id=scene.person.user_id)

    await scene.server.run(send)
    await _read(scene)


async def mail_with_news(scene: Scene) -> None:
    """Read news of one's account."""
    config = scene.server.provider.config.mail
    await scene.server.run(partial(notify, config, scene.person, Notice.PASSWORD_CHANGED))
    await _read(scene)


async def _read(scene: Scene) -> None:
    inbox = inbox_of(Path(scene.server.provider.config.mail.directory))
    letter = await inbox.letter_to(scene.person.email or "")
    await scene.page.set_content(letter.html)


SCREENS: dict[str, tuple[str, Screen]] = {
    "email-code": ("email-code-page", email_code),
    "mail-with-code": ("mail", mail_with_code),
    "mail-with-news": ("mail", mail_with_news),
}
