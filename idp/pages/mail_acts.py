"""What follows once a person has proven to read their mail: an act for each purpose, or a form."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from idp.pages import email, email_code, invitation, new_password, register
from idp.pages.interaction import Waiting
from idp.storage.mail_proofs import MailProof
from idp.users.mail_proofs import Purpose
from idp.web.provider import Provider
from idp.web.request import HttpRequest

Act = Callable[[Provider, HttpRequest, Waiting | None, MailProof], Response]
Form = Callable[[Provider, HttpRequest, MailProof], Response]

# Done at once: they spend the proof. Behind a link, a button comes first.
ACTS: dict[Purpose, Act] = {
    Purpose.REGISTER: register.complete,
    Purpose.VERIFY_EMAIL: email.verify,
    Purpose.CHANGE_EMAIL: email.change,
    Purpose.UNDO_EMAIL_CHANGE: email.undo,
}

# The same for who types a code, where some things are done for that browser alone.
CODE_ACTS: Mapping[Purpose, Act] = ACTS | {Purpose.EMAIL_CODE: email_code.complete}

# Something has to be typed first, on a page whose address is the link.
FORMS: Mapping[Purpose, Form] = {
    Purpose.RECOVER: new_password.new_password,
    Purpose.INVITATION: invitation.invitation,
}
