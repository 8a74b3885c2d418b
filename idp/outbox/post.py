"""A message as it travels: a form, sent by POST."""

from collections.abc import Mapping
from dataclasses import dataclass

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
        if status in ACCEPTED:
            return ARRIVED
        return refused(REFUSED) if status == BAD_REQUEST else failed(UNEXPECTED)
