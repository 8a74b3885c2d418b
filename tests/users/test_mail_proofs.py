"""The proof that somebody has read a mail: what is good, for whom, and how often."""

import asyncio

import pytest

from idp.config import Config
from idp.storage.mail_proofs import MailProof
from idp.users import mail_proofs
from idp.users.mail_proofs import MAX_TRIES, ProofOver, Purpose, WrongCode
from tests.conftest import Configure
from tests.parties.mailed import BROWSER, OTHER_BROWSER, Ask, Run, open_link, prove


@pytest.fixture
def config(configure: Configure) -> Config:
    """Run on either database."""
    return configure()


async def test_the_code_proves_once(run: Run, ask: Ask) -> None:
    """The right code is taken in the browser that asked, and then neither it nor the link is."""
    asked = await ask(data={"what": "follows"})

    proof = await prove(run, asked, asked.code)

    assert (proof.email, proof.data) == ("carol@a.example", {"what": "follows"})
    with pytest.raises(ProofOver):
        await prove(run, asked, asked.code)
    with pytest.raises(ProofOver):
        await open_link(run, asked)


async def test_the_link_proves_once(run: Run, ask: Ask) -> None:
    """The link proves the same, and then neither it nor the code is good."""
    asked = await ask()

    proof = await open_link(run, asked)

    assert proof.proof_id == asked.proof.proof_id
    with pytest.raises(ProofOver):
        await open_link(run, asked)
    with pytest.raises(ProofOver):
        await prove(run, asked, asked.code)


async def test_to_open_the_link_changes_nothing(run: Run, ask: Ask) -> None:
    """A program that opens all links of a mail takes nothing from its reader."""
    asked = await ask()

    for _ in range(10):
        await run(mail_proofs.find_by_link, asked.link)

    assert await prove(run, asked, asked.code)


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1}\n", "{0}.{1}", "{0}–{1}", "full-width"])  # noqa: RUF001  # as phones write it
async def test_a_code_is_read_as_people_type_it(run: Run, ask: Ask, typed: str) -> None:
    """Blanks, hyphens and full-width digits do no harm."""
    asked = await ask()
    if typed == "full-width":
        code = "".join(chr(ord(digit) + 0xFEE0) for digit in asked.code)
    else:
        code = typed.format(asked.code[:4], asked.code[4:])

    assert await prove(run, asked, code)


@pytest.mark.parametrize("typed", ["", "0", "\0", "\ud800", "9" * 100_000, "ab" * 4])
async def test_what_is_no_code_is_a_wrong_one(run: Run, ask: Ask, typed: str) -> None:
    """Anything else that is typed is refused, and counted."""
    asked = await ask()

    with pytest.raises(WrongCode) as refusal:
        await prove(run, asked, typed)

    assert refusal.value.tries_left == MAX_TRIES - 1


async def test_there_are_five_tries(run: Run, ask: Ask) -> None:
    """After five wrong codes the right one is not taken any more; the link, which is long, is."""
    asked = await ask()
    left = []
    for _ in range(MAX_TRIES):
        with pytest.raises(WrongCode) as refusal:
            await prove(run, asked, asked.wrong_code)
        left.append(refusal.value.tries_left)

    with pytest.raises(WrongCode) as refusal:
        await prove(run, asked, asked.code)

    assert [*left, refusal.value.tries_left] == [4, 3, 2, 1, 0, 0]
    assert await open_link(run, asked)


async def test_tries_at_once_are_no_more_than_five(run: Run, ask: Ask) -> None:
    """Twenty wrong codes that come together are compared five times at most."""
    asked = await ask()

    results = await asyncio.gather(
        *(prove(run, asked, asked.wrong_code) for _ in range(20)), return_exceptions=True
    )

    left = sorted(result.tries_left for result in results if isinstance(result, WrongCode))
    assert left == [0] * 16 + [1, 2, 3, 4]
    with pytest.raises(WrongCode):
        await prove(run, asked, asked.code)


async def test_of_many_who_have_the_code_one_is_first(run: Run, ask: Ask) -> None:
    """The right code that comes several times at once proves once."""
    asked = await ask()

    results = await asyncio.gather(
        *(prove(run, asked, asked.code) for _ in range(4)),
        open_link(run, asked),
        return_exceptions=True,
    )

    proven = [result for result in results if isinstance(result, MailProof)]
    refused = [result for result in results if isinstance(result, ProofOver)]
    assert (len(proven), len(refused)) == (1, 4)


async def test_another_browser_cannot_type_the_code(run: Run, ask: Ask) -> None:
    """Who has the address of the page and even the code, but not the cookie, gets nowhere."""
    asked = await ask()

    for code in (asked.code, asked.wrong_code):
        with pytest.raises(ProofOver):
            await prove(run, asked, code, OTHER_BROWSER)

    assert await prove(run, asked, asked.code), "and takes no try from who has it"


async def test_a_code_is_for_its_purpose(run: Run, ask: Ask) -> None:
    """What was asked for one thing is refused for another, and not spent."""
    asked = await ask()

    with pytest.raises(ProofOver):
        await run(mail_proofs.prove_by_code, Purpose.EMAIL_CODE, asked.flow, BROWSER, asked.code)

    assert await prove(run, asked, asked.code)
