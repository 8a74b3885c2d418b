"""A message as it travels: a form, or JSON, sent by POST."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.fetch import Fetcher, FetchError
from idp.outbox.queue import ARRIVED, Outcome, failed, refused

ACCEPTED = frozenset({200, 204})
BAD_REQUEST = 400

REFUSED = "the receiver refused it with status 400"
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
    """JSON, where it goes, with which headers, and who takes it there."""

    url: str
    document: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    fetcher: Fetcher

    async def send(self) -> Outcome:
        """Send it once."""
        try:
            status = await self.fetcher.post_json(self.url, self.document, self.headers)
        except FetchError as error:
            return failed(str(error))
        return _outcome_of(status)


def _outcome_of(status: int) -> Outcome:
    if status in ACCEPTED:
        return ARRIVED
    return refused(REFUSED) if status == BAD_REQUEST else failed(UNEXPECTED)
