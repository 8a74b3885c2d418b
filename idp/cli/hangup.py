"""SIGHUP: an operator means "look at the keys" by it, and a terminal that it has been closed."""

import os
import signal


class Terminal:
    """The terminal at which the server was started, if there was one."""

    def __init__(self) -> None:
        self._descriptors = [each for each in (0, 1, 2) if os.isatty(each)]

    def is_gone(self) -> bool:
        """Tell whether there was a terminal that is there no more."""
        return not all(map(os.isatty, self._descriptors))


def ignore() -> None:
    """Do not die of it before the event loop, which knows what it means, hears of it."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
