"""On which page each step of a request is taken."""

from typing import assert_never

from idp import paths
from idp.authorization.consent import ConsentRequired
from idp.authorization.interaction import (
    AccountSelectionRequired,
    EnrolmentRequired,
    LoginRequired,
    RegistrationRequired,
)

PageStep = (
    LoginRequired
    | RegistrationRequired
    | AccountSelectionRequired
    | EnrolmentRequired
    | ConsentRequired
)


def page_of(step: PageStep) -> str:
    """Give the path of the page."""
    match step:
        case LoginRequired():
            return paths.LOGIN
        case RegistrationRequired():
            return paths.REGISTER
        case AccountSelectionRequired():
            return paths.SELECT_ACCOUNT
        case EnrolmentRequired():
            return paths.ENROL
        case ConsentRequired():
            return paths.CONSENT
    assert_never(step)
