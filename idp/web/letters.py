"""Mail as people read it: the words of a template, as text and as HTML (RFC 5322, RFC 2046 §5.1.4).

It is made at the moment of sending, with the code and the link, which nobody finds anywhere else.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from idp import clock
from idp.config import Config
from idp.outbox.letter import Carrier, Letter
from idp.outbox.mail import PAGE, PROOF, MailSecrets, RenewSecrets
from idp.storage.deliveries import Delivery
from idp.storage.users import find_user
from idp.web.templating import Templates

FROM = "no-reply"
IN_MINUTES, IN_HOURS = timedelta(minutes=90), timedelta(hours=48)  # above that, larger units

HEADERS = {
    "Auto-Submitted": "auto-generated",  # RFC 3834 §5: nobody's absence is told to us
    "X-Auto-Response-Suppress": "All",  # the same for Exchange
}


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long something is good, as people say it."""

    number: int
    unit: str


class Letters:
    """Writes the mails of a server."""

    def __init__(
        self, config: Config, templates: Templates, carrier: Carrier, renew: RenewSecrets
    ) -> None:
        self._config = config
        self._templates = templates
        self._carrier = carrier
        self._renew = renew
        self._host = urlsplit(config.issuer).hostname or ""

    def prepare(self, delivery: Delivery) -> Letter | None:
        """Write the mail that is to be delivered; None if its proof is good for nothing more."""
        secrets = None
        if PROOF in delivery.facts:
            secrets = self._renew(delivery.facts[PROOF])
            if secrets is None:
                return None
        return Letter(self._write(delivery, secrets), delivery.target, self._carrier)

    def _write(self, delivery: Delivery, secrets: MailSecrets | None) -> EmailMessage:
        context = self._context(delivery, secrets)
        words = self._templates.render_blocks(f"mail/{delivery.facts['template']}.txt", **context)
        text = self._templates.render("mail/layout.txt", **context | words)
        html = self._templates.render("mail/layout.html", **context | words)
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender()
        message["To"] = delivery.target
        message["Subject"] = words["subject"]
        message["Date"] = format_datetime(clock.now())
        # One for each attempt: a second one has another code, and is not to be taken for the first.
        message["Message-ID"] = f"<{delivery.delivery_id}.{delivery.attempts}@{self._mail_host()}>"
        for name, value in HEADERS.items():
            message[name] = value
        message.set_content(text, cte=_transfer_encoding(text))
        message.add_alternative(html, subtype="html", cte=_transfer_encoding(html))
        return message

    def _context(self, delivery: Delivery, secrets: MailSecrets | None) -> dict[str, object]:
        """Gather what a mail may say; templates/mail/layout.txt describes it."""
        facts = delivery.facts
        user = find_user(facts["user_id"]) if "user_id" in facts else None
        asked_from = [facts[name] for name in ("address", "browser") if name in facts]
        return facts | {
            "account": user.username if user else facts.get("account"),
            "code": secrets.code.reveal() if secrets and secrets.code else None,
            "link": self._link(facts, secrets),
            "lifetime": lifetime_until(secrets.expires_at) if secrets else None,
            "asked_at": f"{delivery.created_at:%Y-%m-%d %H:%M} UTC",
            "asked_from": ", ".join(asked_from),
            "host": self._host,
            "issuer": self._config.issuer,
        }

    def _link(self, facts: dict[str, str], secrets: MailSecrets | None) -> str | None:
        """Give the address that the button leads to, always one below the issuer."""
        if PAGE not in facts:
            return None
        page = self._config.issuer + facts[PAGE]
        return f"{page}/{secrets.link_token.reveal()}" if secrets else page

    def _sender(self) -> Address:
        config = self._config
        address = config.mail.from_address or f"{FROM}@{self._mail_host()}"
        return Address(config.mail.from_name or config.branding.name, addr_spec=address)

    def _mail_host(self) -> str:
        """Name this server in addresses, where a mere number could not stand."""
        try:
            ipaddress.ip_address(self._host)
        except ValueError:
            return self._host
        return "localhost"


def lifetime_until(expires_at: datetime) -> Lifetime:
    """Say how long something is good, in a unit in which the number is small."""
    left = expires_at - clock.now()
    if left <= IN_MINUTES:
        return Lifetime(_rounded(left, timedelta(minutes=1)), "minutes")
    if left <= IN_HOURS:
        return Lifetime(_rounded(left, timedelta(hours=1)), "hours")
    return Lifetime(_rounded(left, timedelta(days=1)), "days")


def _rounded(left: timedelta, unit: timedelta) -> int:
    return max(1, round(left / unit))


def _transfer_encoding(text: str) -> str:
    """Choose what stays readable in a file; who cannot take eight bits is given another one."""
    return "7bit" if text.isascii() else "8bit"
