"""A request to the playground, with all that a step needs to answer it."""

from dataclasses import dataclass

from starlette.responses import Response

from idp.pages.playground.run import Run
from idp.pages.playground.runs import Runs
from idp.pages.playground.wire import Wire
from idp.paths import PLAYGROUND
from idp.web.provider import Provider
from idp.web.request import HttpRequest
from idp.web.responses import redirect

Action = tuple[str, str, bool]  # label, URL, whether it is the one to press


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one browser."""

    provider: Provider
    http: HttpRequest
    runs: Runs
    wire: Wire

    @property
    def run(self) -> Run | None:
        """The walk that this browser is on."""
        return self.runs.find(self.http.browser)

    @property
    def home(self) -> str:
        """The public URL of the playground."""
        return self.provider.config.issuer + PLAYGROUND

    def action(self, label: str, name: str, *, primary: bool = False) -> Action:
        """Make a button."""
        return label, self.provider.url(f"{PLAYGROUND}/{name}"), primary

    def go_on(self, run: Run) -> Response:
        """Keep a walk, and show it."""
        self.runs.keep(self.http.browser, run)
        return redirect(self.provider, self.http, self.provider.url(f"{PLAYGROUND}/steps"))

    def start_over(self) -> Response:
        """Go to the beginning."""
        return redirect(self.provider, self.http, self.provider.url(PLAYGROUND))
