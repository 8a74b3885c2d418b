"""`idp serve`: get ready once, say how to go on, then answer until told to stop."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from idp import log
from idp.app import close, create_app, make_provider
from idp.cli.connection import BoundedConnection
from idp.cli.greeting import Findings, greet
from idp.cli.listening import bind, is_local
from idp.cli.output import note
from idp.cli.refusal import Refused
from idp.cli.running import failures_told
from idp.cli.settings import load, refuse_missing_templates
from idp.config import Config
from idp.config.names import variable_of
from idp.config.sources import CONFIG_VARIABLE
from idp.demo import find_leftovers
from idp.demo import prepare as prepare_demo
from idp.upkeep import prepare
from idp.users.passwords import Hasher
from idp.users.setup import make_setup_token, setup_needed

WORKER_APP = "idp.cli.worker:app"

# Beyond that many connections of a worker, it is better to say 503 than to be slow for everybody.
MOST_CONNECTIONS = 1000
SECONDS_TO_FINISH = 10
SECONDS_OF_KEEP_ALIVE = 15

NOT_LOCAL = (
    "--dev is for this machine only, since it has a demo user: let server.host be 127.0.0.1 and"
    " the issuer a local one, or leave out --dev."
)
ONE_WORKER = "Note: --dev has one worker, whatever server.workers says."


def start(config_file: Path | None, given: Mapping[str, Any]) -> None:
    """Run the server; `given` are the options that replace settings of [server]."""
    config = settle(config_file, given)
    refuse_missing_templates(config)
    with bind(config.server) as bound:
        with failures_told():
            findings = asyncio.run(_get_ready(config))
        greet(config, findings)
        log.configure(config.log)
        signal.signal(signal.SIGTERM, _leave)
        with suppress(KeyboardInterrupt):
            if config.server.workers == 1:
                uvicorn.Server(_uvicorn(config, create_app(config))).run([bound])
            else:
                _set_environment(config_file, config.issuer, given)
                Multiprocess(_uvicorn(config, WORKER_APP), [bound]).run()


def settle(config_file: Path | None, given: Mapping[str, Any]) -> Config:
    """Load the configuration with the options, and with what --dev means. Raises Refused."""
    config = load(config_file, server=dict(given))
    overrides: dict[str, Any] = {"server": dict(given)}
    if config.server.dev:
        if not is_local(config):
            raise Refused(NOT_LOCAL)
        if config.server.workers > 1:
            note(ONE_WORKER)
        overrides["server"]["workers"] = 1
    # Nobody has chosen an issuer: let it be where the server can be reached.
    if config.issuer == Config.model_fields["issuer"].default and is_local(config):
        overrides["issuer"] = f"http://127.0.0.1:{config.server.port}"
    return load(config_file, **overrides)


async def _get_ready(config: Config) -> Findings:
    """Make tables and keys, and what the greeting shows; once, whatever the number of workers."""
    provider = make_provider(config)
    try:
        await prepare(provider)
        return await provider.database.run(_find_out, config, provider.hasher)
    finally:
        await close(provider)


def _find_out(config: Config, hasher: Hasher) -> Findings:
    if config.server.dev:
        return Findings(demo=prepare_demo(hasher, config))
    token = make_setup_token() if setup_needed() else None
    return Findings(setup_token=token, leftovers=find_leftovers())


def _uvicorn(config: Config, app: Callable[..., Any] | str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=config.server.host,
        port=config.server.port,
        workers=config.server.workers,
        loop="uvloop",
        http=BoundedConnection,
        ws="none",
        lifespan="on",
        interface="asgi3",
        log_config=None,
        # The greeting said where it listens, and a line for each request says the rest. Only of
        # workers that die and are replaced, nobody else would tell.
        log_level="info" if config.server.workers > 1 else "warning",
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


def _set_environment(config_file: Path | None, issuer: str, given: Mapping[str, Any]) -> None:
    """Hand the options on to the workers, which load the configuration themselves."""
    os.environ[variable_of(("issuer",))] = issuer
    if config_file is not None:
        os.environ[CONFIG_VARIABLE] = str(config_file.absolute())
    for name, value in given.items():
        os.environ[variable_of(("server", name))] = str(value)
