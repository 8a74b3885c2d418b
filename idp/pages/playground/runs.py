"""Where walks are kept: in the memory of this process, one for each browser, the latest only."""

from collections import OrderedDict

from idp.pages.playground.run import Run
from idp.secret import Secret

LIMIT = 100


class Runs:
    """The latest walk of each browser; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._runs: OrderedDict[bytes, Run] = OrderedDict()

    def find(self, browser: Secret) -> Run | None:
        """Find the walk of a browser."""
        return self._runs.get(browser.digest)

    def keep(self, browser: Secret, run: Run) -> None:
        """Keep a walk instead of the one before."""
        self._runs[browser.digest] = run
        self._runs.move_to_end(browser.digest)
        while len(self._runs) > LIMIT:
            self._runs.popitem(last=False)
