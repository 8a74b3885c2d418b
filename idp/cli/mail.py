"""`idp mail`: mail to people."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from idp.cli.command import command, verbs
from idp.cli.refusal import Refused, Unavailable
from idp.cli.settings import load, refuse_missing_files
from idp.config import Config
from idp.outbox import smtp
from idp.outbox.letter import carrier_of
from idp.outbox.mail import MailTemplate, UnusableAddress, deliverable
from idp.outbox.queue import Kind, Outcome, make_delivery
from idp.storage.deliveries import DeliveryState
from idp.web.letters import Letters
from idp.web.templating import Templates

app = verbs()

NO_ADDRESS = "That is not an email address."
HINTS = {
    smtp.NOT_REACHED: "Check mail.server and mail.port, and whether a firewall lets this through.",
    smtp.TOO_SLOW: "Check mail.server, mail.port, and that mail.security suits that port.",
    smtp.UNBELIEVED: "Check that mail.server is the name in its certificate; see fetch.ca_file.",
    smtp.LACKING: "Check mail.security, mail.username and mail.port.",
    smtp.NOT_SIGNED_IN: "Check them.",
    smtp.NOT_OURS: "Set mail.from_address to one that this server may send for.",
}


@command(app, "test")
def send_test(
    config_file: Path | None,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="To whom.", show_default=False)],
) -> None:
    """Send a mail at once, and say what came of it."""
    config = load(config_file)
    refuse_missing_files(config)
    outcome = _send(config, address)
    if outcome.error is not None:
        is_final = outcome.state is DeliveryState.FAILED
        raise (Refused if is_final else Unavailable)(_explain(outcome.error))
    typer.echo(_where(config, address))


def _send(config: Config, address: str) -> Outcome:
    try:
        to = deliverable(address)
    except UnusableAddress as error:
        raise Refused(NO_ADDRESS) from error
    templates = Templates(config.templates.directory, config.branding.name)
    letters = Letters(config, templates, carrier_of(config), lambda proof_id: None)
    letter = letters.prepare(make_delivery(Kind.MAIL, to, {"template": MailTemplate.TEST}))
    assert letter is not None, "it carries no secrets that could be spent"
    return asyncio.run(letter.send())


def _explain(error: str) -> list[str]:
    """Say what went wrong, and what might help."""
    sentence = f"{error[0].upper()}{error[1:]}."
    return [sentence, *(hint for beginning, hint in HINTS.items() if error.startswith(beginning))]


def _where(config: Config, address: str) -> str:
    if not config.mail.server:
        return f"No mail.server is set, so the mail is a file in {config.mail.directory}."
    server = f"{config.mail.server}:{config.mail.port}"
    return f"{server} has taken the mail for {address}. See whether it arrives, and not as spam."
