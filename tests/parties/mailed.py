"""What was mailed to somebody, as tests of the machine see it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from idp.outbox.mail import MailSecrets
from idp.secret import Secret
from idp.storage.mail_proofs import MailProof
from idp.users import mail_proofs
from idp.users.mail_proofs import Purpose
from idp.web.provider import Provider

BROWSER = Secret("the browser that asked")
OTHER_BROWSER = Secret("another browser")


class Asked:
    """What was asked for, and what its mail carries."""

    def __init__(self, flow: Secret, proof: MailProof, mail: MailSecrets) -> None:
        self.flow = flow.reveal()
        self.proof = proof
        self.code = mail.code.reveal() if mail.code else ""
        self.link = mail.link_token.reveal() if mail.link_token else ""

    @property
    def wrong_code(self) -> str:
        """A code that is not the right one."""
        return str((int(self.code) + 1) % 10**8).zfill(8)


Run = Callable[..., Awaitable[Any]]
Ask = Callable[..., Awaitable[Asked]]


@pytest.fixture
def run(provider: Provider) -> Run:
    """Run functions, each in a transaction of its own."""

    async def run(function: Callable[..., Any], *args: Any) -> Any:
        return await provider.database.run(function, *args)

    return run


@pytest.fixture
def ask(run: Run) -> Ask:
    """Ask for a mail, which is sent at once."""

    async def ask(purpose: Purpose = Purpose.VERIFY_EMAIL, **changes: Any) -> Asked:
        values = {"key": "carol@a.example", "email": "carol@a.example", "browser": BROWSER}
        flow, proof = await run(lambda: mail_proofs.begin(purpose, **values | changes))
        return Asked(flow, proof, await run(mail_proofs.renew_secrets, proof.proof_id))

    return ask


async def prove(run: Run, asked: Asked, code: str, browser: Secret = BROWSER) -> MailProof:
    """Type a code."""
    proof: MailProof = await run(
        mail_proofs.prove_by_code, Purpose.VERIFY_EMAIL, asked.flow, browser, code
    )
    return proof


async def open_link(run: Run, asked: Asked) -> MailProof:
    """Open the link in the mail, and press the button."""

    def press() -> MailProof:
        proof = mail_proofs.find_by_link(asked.link)
        mail_proofs.spend(proof)
        return proof

    proof: MailProof = await run(press)
    return proof
