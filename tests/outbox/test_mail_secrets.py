"""The secrets of mails: made when a mail is sent, and in nothing that is kept."""

import anyio
import pytest

from idp.config import Config
from idp.outbox import mail
from idp.outbox.mail import MailTemplate
from idp.outbox.queue import GONE
from idp.secret import Secret
from idp.storage.mail_proofs import MailProof
from idp.users import mail_proofs
from idp.users.mail_proofs import Purpose, WrongCode
from idp.web.provider import Provider
from tests.conftest import Configure
from tests.outbox.conftest import Outbox
from tests.parties.post_office import PostOffice

ALICE = "alice@example.com"
BROWSER = Secret("the browser that asked")


@pytest.fixture
def config(configure: Configure, post_office: PostOffice) -> Config:
    """Let the server send its mail to the post office."""
    return configure(mail=post_office.settings)


def begin() -> tuple[str, MailProof]:
    """Begin a proof."""
    purpose = Purpose.VERIFY_EMAIL
    flow, proof = mail_proofs.begin(purpose, key=ALICE, email=ALICE, browser=BROWSER)
    return flow.reveal(), proof


def send(proof: MailProof) -> None:
    """Put its mail into the outbox."""
    facts = {mail.PROOF: proof.proof_id, mail.PAGE: "/mail"}
    mail.send(MailTemplate.VERIFY_EMAIL, ALICE, facts)


async def prove(provider: Provider, flow: str, code: str) -> MailProof:
    """Type a code."""
    purpose = Purpose.VERIFY_EMAIL
    proof: MailProof = await provider.database.run(
        mail_proofs.prove_by_code, purpose, flow, BROWSER, code
    )
    return proof


async def test_code_and_link_are_in_no_row(
    provider: Provider, post_office: PostOffice, outbox: Outbox
) -> None:
    """Whoever reads the database can prove nothing with it; whoever reads the mail can."""

    def ask() -> str:
        flow, proof = begin()
        send(proof)
        return flow

    flow = await provider.database.run(ask)
    letter = await post_office.letter_to(ALICE)
    found = await provider.database.run(mail_proofs.find_by_link, letter.link.rpartition("/")[2])
    proven = await prove(provider, flow, letter.code)

    (delivery,) = await outbox()
    assert found.proof_id == proven.proof_id == delivery.facts["proof"]
    assert letter.code not in str((delivery, found))
    assert letter.link.rpartition("/")[2] not in str((delivery, found))


async def test_a_second_mail_has_secrets_of_its_own(
    provider: Provider, post_office: PostOffice
) -> None:
    """What the first one carried is good no more: it may have gone astray."""

    def ask() -> str:
        flow, proof = begin()
        send(proof)
        return flow

    flow = await provider.database.run(ask)
    first = await post_office.letter_to(ALICE)
    proof = await provider.database.run(mail_proofs.find_by_flow, flow, BROWSER)
    await provider.database.run(send, proof)
    second = await post_office.letter_to(ALICE)

    with pytest.raises(WrongCode):
        await prove(provider, flow, first.code)
    assert await prove(provider, flow, second.code)


async def test_a_proof_that_is_over_is_not_mailed(
    provider: Provider, post_office: PostOffice, outbox: Outbox
) -> None:
    """A newer one ends it before its mail is sent: of two codes one would only confuse."""

    def ask_twice() -> str:
        send(begin()[1])
        flow, proof = begin()
        send(proof)
        return flow

    flow = await provider.database.run(ask_twice)
    letter = await post_office.letter_to(ALICE)
    with anyio.fail_after(60):
        while sorted(each.state for each in await outbox()) != ["delivered", "failed"]:
            pass

    (given_up,) = [each for each in await outbox() if each.state == "failed"]
    assert given_up.last_error == GONE
    assert post_office.inbox.unread == []
    assert await prove(provider, flow, letter.code)
