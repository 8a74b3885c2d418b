"""Whatever two people do in whatever order, nobody gets what they have not proven."""

from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from idp.storage.users import list_users
from tests.conftest import PASSWORD
from tests.flows.two_people import ALICE, MALLORY, READ_BY, TwoPeople
from tests.parties.browser import Page
from tests.parties.databases import Prepared

BROWSERS = st.sampled_from((0, 0, 0, 1))
PEOPLE = st.sampled_from((ALICE, MALLORY))
ADDRESSES = st.sampled_from(("alice@example.com", "alice@new.example", "mallory@example.com"))
TYPED = st.sampled_from(("alice", "ALICE@example.com", "alice@new.example", "nobody"))
WHICH = st.sampled_from((0, 0, 0, 1, 2))  # of what somebody knows, the last first


class Accounts(RuleBasedStateMachine):
    """What the two may do."""

    def __init__(self, prepared: Prepared) -> None:
        super().__init__()
        self.at = TwoPeople(prepared)
        self.people = self.at.people
        self.open, self.submit = self.at.open, self.at.submit
        self.number = 0

    def teardown(self) -> None:
        """Whatever has happened, Alice can get into her account; then stop."""
        try:
            self.recover()
        finally:
            self.at.close()

    @rule(who=PEOPLE, browser=BROWSERS, typed=TYPED, is_sent=st.booleans())
    def forget_password(self, who: str, browser: int, typed: str, is_sent: bool) -> None:
        """Ask for a mail as who has forgotten the password."""
        page = self.open(who, browser, "/recover")
        self.submit(who, browser, page, "recover-submit", username=typed)
        if is_sent:
            self.at.deliver()

    @rule(who=PEOPLE, browser=BROWSERS, email=ADDRESSES)
    def register(self, who: str, browser: int, email: str) -> None:
        """Ask for another account."""
        self.number += 1
        page = self.open(who, browser, "/register")
        typed = {"username": f"{who}-{self.number}", "email": email, "name": ""}
        password = self.people[who].passwords[-1]
        self.submit(who, browser, page, "register-submit", password=password, **typed)

    @rule(who=PEOPLE, browser=BROWSERS, email=ADDRESSES)
    def change_email(self, who: str, browser: int, email: str) -> None:
        """Ask for another address, if signed in."""
        page = self.open(who, browser, "/account/email")
        if "confirm-submit" in page:
            password = self.people[who].passwords[-1]
            page = self.submit(who, browser, page, "confirm-submit", password=password)
        if "email-change" in page:
            self.submit(who, browser, page, "email-change", email=email)

    @rule(who=PEOPLE, browser=BROWSERS, name=st.sampled_from((ALICE, MALLORY)))
    def sign_in(self, who: str, browser: int, name: str) -> None:
        """Sign in with whatever password one knows."""
        for password in self.people[who].passwords[-2:]:
            page = self.open(who, browser, "/login")
            if "login-submit" in page:
                typed = {"username": name, "password": password}
                self.submit(who, browser, page, "login-submit", **typed)

    @rule(who=PEOPLE, browser=BROWSERS, flow=WHICH, code=WHICH)
    def type_code(self, who: str, browser: int, flow: int, code: int) -> None:
        """Type a code that one has read, or found, on any page for codes that there was."""
        if not self.at.flows:
            return
        page = self.open(who, browser, _nth(self.at.flows, flow))
        if "code-submit" in page:
            typed = _nth(self.people[who].codes, code)
            shown = self.submit(who, browser, page, "code-submit", code=typed)
            self.choose_password(who, browser, shown)
            if "code-submit" not in shown:
                self.people[MALLORY].codes.append(typed)

    @rule(who=PEOPLE, browser=BROWSERS, link=WHICH, is_pressed=st.booleans())
    def open_link(self, who: str, browser: int, link: int, is_pressed: bool) -> None:
        """Open a link that one has read, or found, and maybe press its button."""
        person = self.people[who]
        if not person.links:
            return
        url = _nth(person.links, link)
        page = self.open(who, browser, url)
        if not is_pressed:
            return
        if who == ALICE and MALLORY in page.text:
            return  # she reads for whom the button would make an account
        if "mail-link-submit" in page:
            page = self.submit(who, browser, page, "mail-link-submit")
        self.choose_password(who, browser, page)
        self.people[MALLORY].links.append(url)  # it stays in a history, and is found there

    @rule(seconds=st.sampled_from((60, 301, 3700)))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.at.move_clock(seconds)

    @rule()
    def deliver(self) -> None:
        """Let everybody read their mail."""
        self.at.deliver()

    @invariant()
    def mallory_is_never_alice(self) -> None:
        """In none of his browsers anybody is signed in whose mail she reads."""
        for browser in self.people[MALLORY].browsers:
            found = self.at.who_is_in(browser)
            assert found is None or found.user.email not in READ_BY[ALICE]

    @invariant()
    def every_account_is_of_who_reads_its_mail(self) -> None:
        """Nobody has an account with an address of another, or one that nobody has proven."""
        for user in self.at.run(list_users):
            owner = user.username.partition("-")[0]
            assert user.email in READ_BY[owner]
            assert user.email_verified

    def choose_password(self, who: str, browser: int, page: Page) -> None:
        """Choose a new password, if that is what the page is for."""
        if "new-password-submit" in page:
            self.number += 1
            password = f"{PASSWORD} {self.number} of {who}"
            self.people[who].passwords.append(password)
            self.submit(who, browser, page, "new-password-submit", new_password=password)

    def recover(self) -> None:
        """Let Alice ask for a mail, use its link, and sign in with what she chooses."""
        alice = self.people[ALICE]
        self.forget_password(ALICE, 0, ALICE, is_sent=True)
        page = self.open(ALICE, 0, alice.links[-1])
        assert "new-password-page" in page
        self.choose_password(ALICE, 0, page)
        for browser in alice.browsers:
            browser.cookies.clear()
        page = self.open(ALICE, 0, "/login")
        typed = {"username": ALICE, "password": alice.passwords[-1]}
        assert "account-page" in self.submit(ALICE, 0, page, "login-submit", **typed)


def _nth(known: list[str], number: int) -> str:
    return known[-1 - number % len(known)]


def test_nobody_gets_what_they_have_not_proven(prepared_sqlite: Prepared) -> None:
    """Two people ask, read, guess, replay and wait; what is Alice's stays hers."""
    run_state_machine_as_test(
        partial(Accounts, prepared_sqlite),
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
