"""How often somebody may try, until there is a pause (NIST SP 800-63B-4 §3.2.2)."""

from idp.config.section import Section
from idp.config.values import Positive, Seconds


class ThrottleConfig(Section):
    """How many wrong passwords, and how many mails, are too many."""

    enabled: bool = True
    """Whether anybody has to wait; without it passwords can be guessed: for tests only."""

    account_failures: Positive = 10
    """Failed sign-ins to one account from one address, after which the two have to wait."""

    account_failures_everywhere: Positive = 100
    """Failed sign-ins to one account from all addresses, after which it has to wait."""

    address_failures: Positive = 100
    """Failed sign-ins from one address to all accounts, after which it has to wait."""

    window: Seconds = 300
    """How long a failed sign-in counts, in seconds."""

    mails: Positive = 5
    """Mails about one account that one address may ask for, after which it has to wait."""

    mails_everywhere: Positive = 20
    """Mails about one account that all addresses may ask for; further ones are not sent."""

    mails_from_address: Positive = 50
    """Mails that one address may ask for, after which it has to wait."""

    mail_window: Seconds = 3600
    """How long a mail that was asked for counts, in seconds."""
