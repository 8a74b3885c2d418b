"""What ends the proof that somebody has read a mail, and what takes its place."""

import pytest

from idp.config import Config
from idp.secret import Secret
from idp.storage.mail_proofs import find_mail_proof_by_flow
from idp.users import mail_proofs
from idp.users.mail_proofs import MAX_TRIES, ProofOver, Purpose, WrongCode
from tests.conftest import AddUser, Clock, Configure
from tests.parties.mailed import BROWSER, Ask, Asked, Run, open_link, prove


@pytest.fixture
def config(configure: Configure) -> Config:
    """Run on either database."""
    return configure()


async def test_an_hour_ends_it(run: Run, ask: Ask, clock: Clock) -> None:
    """A proof lasts an hour, however late its mail is sent, and what is too old cannot be sent."""
    asked = await ask()

    clock.move(3599)
    assert await run(mail_proofs.find_by_link, asked.link)
    clock.move(2)

    with pytest.raises(ProofOver):
        await prove(run, asked, asked.code)
    with pytest.raises(ProofOver):
        await open_link(run, asked)
    assert await run(mail_proofs.renew_secrets, asked.proof.proof_id) is None


async def test_a_new_one_ends_the_older(run: Run, ask: Ask) -> None:
    """Of two mails for the same address and purpose, only the second is good."""
    first, other = await ask(), await ask(Purpose.REGISTER)
    second = await ask()

    with pytest.raises(WrongCode):
        await prove(run, first, first.code)
    with pytest.raises(ProofOver):
        await open_link(run, first)

    assert await open_link(run, other)
    assert await prove(run, second, second.code)


async def test_all_names_of_a_person_are_one(run: Run, ask: Ask, add_user: AddUser) -> None:
    """Who asks by the user name ends what was asked for by the address, and nobody else's."""
    alice = await add_user("alice")
    bystander = await ask(key="alice")
    first = await ask(key="alice@example.com", user_id=alice.user_id)
    await ask(key="alice", user_id=alice.user_id)

    with pytest.raises(ProofOver):
        await open_link(run, first)
    assert await open_link(run, bystander)


async def test_a_mail_that_is_sent_again_has_other_secrets(run: Run, ask: Ask) -> None:
    """Only what the last mail carries is good, and the tries go on."""
    asked = await ask()
    with pytest.raises(WrongCode):
        await prove(run, asked, asked.wrong_code)

    again = Asked(
        Secret(asked.flow),
        asked.proof,
        await run(mail_proofs.renew_secrets, asked.proof.proof_id),
    )

    with pytest.raises(WrongCode) as refusal:
        await prove(run, asked, asked.code)
    assert refusal.value.tries_left == MAX_TRIES - 2
    with pytest.raises(ProofOver):
        await open_link(run, asked)
    assert await prove(run, again, again.code)


async def test_without_an_account_no_code_is_right(run: Run) -> None:
    """Nothing was sent, and whoever types codes sees what everybody sees."""
    flow, _ = await run(
        lambda: mail_proofs.begin(Purpose.RECOVER, key="nobody", email=None, browser=BROWSER)
    )

    left = []
    for code in ("", "0", "00000000", "12345678", "x", "y"):
        with pytest.raises(WrongCode) as refusal:
            await run(mail_proofs.check_code, flow.reveal(), BROWSER, code)
        left.append(refusal.value.tries_left)

    assert left == [4, 3, 2, 1, 0, 0]


async def test_who_asked_for_a_recovery_does_not_see_it_end(
    run: Run, ask: Ask, add_user: AddUser
) -> None:
    """What was ended or spent looks like what nobody was mailed: there may be no such account."""
    alice = await add_user("alice")
    values = {"purpose": Purpose.RECOVER, "user_id": alice.user_id}
    ended, spent = await ask(**values, key="alice"), await ask(**values, key="alice@example.com")
    await open_link(run, spent)
    nobody = await ask(Purpose.RECOVER, email=None)

    for asked in (ended, spent, nobody):
        proof = await run(mail_proofs.find_by_flow, asked.flow, BROWSER)
        assert not mail_proofs.is_known_to_be_spent(proof)
        left = []
        for _ in range(6):
            with pytest.raises(WrongCode) as refusal:
                await run(mail_proofs.check_code, asked.flow, BROWSER, asked.wrong_code)
            left.append(refusal.value.tries_left)
        assert left == [4, 3, 2, 1, 0, 0]


async def test_a_code_is_exchanged_for_a_link(run: Run, ask: Ask) -> None:
    """Where a form follows, the code leads to a link; it is good once, and the mail no more."""
    asked = await ask(Purpose.RECOVER)

    def exchange() -> str:
        proof = mail_proofs.check_code(asked.flow, BROWSER, asked.code)
        return mail_proofs.give_link(proof).reveal()

    link = await run(exchange)

    with pytest.raises(WrongCode):
        await run(exchange)
    with pytest.raises(ProofOver):
        await open_link(run, asked)
    asked.link = link
    assert await open_link(run, asked)
    with pytest.raises(ProofOver):
        await open_link(run, asked)


async def test_a_proof_whose_mail_is_sent_again_meanwhile_is_not_spent(run: Run, ask: Ask) -> None:
    """What was found by an older secret is not good any more when it comes to be spent."""
    asked = await ask()

    def find_and_spend_late() -> None:
        proof = mail_proofs.find_by_link(asked.link)
        mail_proofs.renew_secrets(proof.proof_id)
        mail_proofs.spend(proof)

    with pytest.raises(ProofOver):
        await run(find_and_spend_late)


async def test_a_changed_password_ends_what_could_change_the_account(
    run: Run, ask: Ask, add_user: AddUser
) -> None:
    """A thief's requests do not outlive it; the way to undo his change of address does."""
    alice = await add_user("alice")
    kept = await ask(Purpose.UNDO_EMAIL_CHANGE, user_id=alice.user_id)
    ended = [
        await ask(purpose, user_id=alice.user_id)
        for purpose in (Purpose.RECOVER, Purpose.CHANGE_EMAIL, Purpose.EMAIL_CODE)
    ]

    await run(mail_proofs.end_with_password, alice.user_id)

    for asked in ended:
        with pytest.raises(ProofOver):
            await open_link(run, asked)
    assert await open_link(run, kept)


async def test_a_twin_is_another_link_to_the_same(run: Run, ask: Ask) -> None:
    """The command line prints one link and mails another; an account with the address ends both."""
    asked = await ask(Purpose.INVITATION, browser=None, data={"name": "Carol"})
    twin = await run(mail_proofs.make_twin, asked.proof)

    found = await run(mail_proofs.find_by_link, twin.reveal())
    await run(mail_proofs.end_for_address, "carol@a.example")

    assert (found.email, found.data) == ("carol@a.example", {"name": "Carol"})
    for link in (twin.reveal(), asked.link):
        with pytest.raises(ProofOver):
            await run(mail_proofs.find_by_link, link)


async def test_what_is_kept_is_no_secret(run: Run, ask: Ask) -> None:
    """The row has digests alone, and forgets what was to follow once that has happened."""
    asked = await ask(data={"password_hash": "$2b$"})
    row = await run(find_mail_proof_by_flow, Secret(asked.flow).digest)

    await prove(run, asked, asked.code)
    spent = await run(find_mail_proof_by_flow, Secret(asked.flow).digest)

    assert not [secret for secret in (asked.code, asked.link, asked.flow) if secret in repr(row)]
    assert spent.spent_at is not None
    assert spent.data == {}
