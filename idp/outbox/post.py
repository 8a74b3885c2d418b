"""A message as it travels: a form, or JSON, sent by POST."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.fetch import Fetcher, FetchError, FetchRedirected
from idp.outbox.queue import ARRIVED, Outcome, failed, refused

ACCEPTED = frozenset({200, 204})
BAD_REQUEST, SERVER_ERROR = 400, 500
FOR_NOW = frozenset({408, 425, 429})  # of those between, what may be otherwise in a while

REFUSED = "the receiver refused it with status 400"
REFUSED_BY_CLIENT = "the receiver refused it with a status from 400 to 499"
UNEXPECTED = "the receiver answered with a status other than 200, 204 and 400"


@dataclass(frozen=True, slots=True)
class Post:
    """A form, where it goes, and who takes it there."""

    url: str
    form: Mapping[str, str]
    fetcher: Fetcher

    async def send(self) -> Outcome:
        """Send it once."""
        try:
            status = await self.fetcher.post(self.url, self.form)
        except FetchError as error:
            return failed(str(error))
        return _outcome_of(status)


@dataclass(frozen=True, slots=True)
class JsonPost:
    """JSON, where it goes, with which headers, and who takes it there.

    Who refuses it, or sends it elsewhere, is not asked again: that is not a matter of time
    (CIBA Core §10.2).
    """

    url: str
    document: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    fetcher: Fetcher

    async def send(self) -> Outcome:
        """Send it once."""
        try:
            status = await self.fetcher.post_json(self.url, self.document, self.headers)
        except FetchRedirected as redirected:
            return refused(str(redirected))
        except FetchError as error:
            return failed(str(error))
        is_refused = BAD_REQUEST <= status < SERVER_ERROR and status not in FOR_NOW
        return refused(REFUSED_BY_CLIENT) if is_refused else _outcome_of(status)


def _outcome_of(status: int) -> Outcome:
    if status in ACCEPTED:
        return ARRIVED
    return refused(REFUSED) if status == BAD_REQUEST else failed(UNEXPECTED)
