"""A worker of `idp serve --workers N`: it makes the application, and ends with its supervisor."""

import os
import signal
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from threading import Thread

from starlette.applications import Starlette

from idp.app import app_from_environment


def app() -> Starlette:
    """Make the application of this process, for as long as there is somebody to stop it."""
    if supervisor := parent_process():
        Thread(target=_follow, args=(supervisor,), name="supervisor", daemon=True).start()
    return app_from_environment()


def _follow(supervisor: BaseProcess) -> None:
    """Finish as if told to when the supervisor is gone, however that happened.

    Killed, it cannot tell its workers; they would keep the port for ever, and run old code beside
    the new. The thread sleeps on a pipe that the system closes, so it costs nothing.
    """
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)
