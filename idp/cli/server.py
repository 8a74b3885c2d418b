"""`idp serve`: get ready once, say how to go on, then answer until told to stop."""

import asyncio
import gc
import signal
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from starlette.applications import Starlette

from idp import log
from idp.app import create_app
from idp.cli import hangup
from idp.cli.connection import BoundedConnection
from idp.cli.greeting import Findings, greet
from idp.cli.hangup import Terminal
from idp.cli.listening import bind, is_local
from idp.cli.output import note
from idp.cli.refusal import Refused
from idp.cli.running import failures_told
from idp.cli.settings import load, refuse_missing_files
from idp.cli.supervisor import Supervisor
from idp.config import Config
from idp.demo import find_leftovers
from idp.demo import prepare as prepare_demo
from idp.upkeep import prepare
from idp.users.passwords import Hasher
from idp.users.setup import make_setup_token, setup_needed
from idp.web.provider import Provider

# Beyond that many connections of a worker, it is better to say 503 than to be slow for everybody.
MOST_CONNECTIONS = 1000
SECONDS_TO_FINISH = 10
SECONDS_OF_KEEP_ALIVE = 15

NOT_LOCAL = (
    "--dev is for this machine only, since it has a demo user: let server.host be 127.0.0.1 and"
    " the issuer a local one, or leave out --dev."
)
ONE_WORKER = "Note: --dev has one worker, whatever server.workers says."


class Server(uvicorn.Server):
    """Uvicorn's server, which looks at the keys when it is told to by SIGHUP."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(_uvicorn(app))
        self._app = app
        self._terminal = Terminal()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to answer, and to hear."""
        await super().startup(sockets)
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._hear_hangup)

    def _hear_hangup(self) -> None:
        if self._terminal.is_gone():
            self.should_exit = True
        else:
            self._app.state.upkeep.look_at_keys()


def start(config_file: Path | None, given: Mapping[str, Any]) -> None:
    """Run the server; `given` are the options that replace settings of [server]."""
    config = settle(config_file, given)
    refuse_missing_files(config)
    with bind(config.server) as bound:
        app = create_app(config)
        with failures_told():
            findings = asyncio.run(_get_ready(app.state.provider))
        greet(config, findings)
        log.configure(config.log)
        server = Server(app)
        hangup.ignore()
        _keep_all_there_is()
        if config.server.workers == 1:
            signal.signal(signal.SIGTERM, _leave)
            with suppress(KeyboardInterrupt):
                server.run([bound])
        else:
            Supervisor(config.server.workers, partial(server.run, [bound])).run()


def settle(config_file: Path | None, given: Mapping[str, Any]) -> Config:
    """Load the configuration with the options, and with what --dev means. Raises Refused."""
    config = load(config_file, server=dict(given))
    if config.server.dev:
        if not is_local(config):
            raise Refused(NOT_LOCAL)
        if config.server.workers > 1:
            note(ONE_WORKER)
        one_worker = config.server.model_copy(update={"workers": 1})
        config = config.model_copy(update={"server": one_worker})
    # Nobody has chosen an issuer: let it be where the server can be reached.
    if config.issuer == Config.model_fields["issuer"].default and is_local(config):
        issuer = f"http://127.0.0.1:{config.server.port}"
        config = config.model_copy(update={"issuer": issuer})
    return config


async def _get_ready(provider: Provider) -> Findings:
    """Make tables and keys, and what the greeting shows; once, whatever the number of workers."""
    try:
        await prepare(provider)
        return await provider.database.run(_find_out, provider.config, provider.hasher)
    finally:
        await provider.database.dispose()  # an event loop of its own comes, or a process


def _find_out(config: Config, hasher: Hasher) -> Findings:
    if config.server.dev:
        return Findings(demo=prepare_demo(hasher, config))
    token = make_setup_token() if setup_needed() else None
    return Findings(setup_token=token, leftovers=find_leftovers())


def _keep_all_there_is() -> None:
    """Spare the garbage collector what stays to the end.

    It would look through all of it again and again, 50 ms each time in which nobody is answered;
    and since it writes where it looks, forked processes could share little.
    """
    gc.collect()
    gc.freeze()


def _uvicorn(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=BoundedConnection,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        log_level="warning",  # the greeting said where it listens, and each request has its line
        access_log=False,
        proxy_headers=False,  # web/middleware.py believes only the proxies of the configuration
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
        timeout_keep_alive=SECONDS_OF_KEEP_ALIVE,
    )


def _leave(*_: object) -> None:
    """End well: uvicorn finishes what is being answered, and then raises the signal once more."""
    raise SystemExit(0)
