"""node-oidc-provider, run by server.mjs with the same clients and the same person as `idp`."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.people import REDIRECT_URI, SCOPE, ClientCredentials, People
from bench.process import HOST, Command, free_port
from bench.server import Prepared
from idp import paths

HERE = Path(__file__).parent
SOURCES = ("package.json", "server.mjs", "store.mjs")
PEER = "node-oidc-provider"
PACKAGE = "oidc-provider"
VERSION: str = json.loads((HERE / "package.json").read_text())["dependencies"][PACKAGE]
# No lock file: it would name the registry of whoever made it.
INSTALL = ("npm", "install", "--no-package-lock", "--omit=dev", "--no-audit", "--no-fund")
INSTALL_TIMEOUT = 120

ROUTES = {
    "authorization": paths.AUTHORIZATION,
    "token": paths.TOKEN,
    "userinfo": paths.USERINFO,
    "introspection": paths.INTROSPECTION,
    "revocation": paths.REVOCATION,
    "jwks": paths.JWKS,
    "end_session": paths.END_SESSION,
}


class NotInstalled(Exception):
    """It cannot run here; the message says why."""


@contextmanager
def prepared(directory: Path) -> Iterator[Prepared]:
    """Install it beside its script, in the user's cache. Raises NotInstalled."""
    folder = _install()
    port = free_port()
    settings = {
        "host": HOST,
        "port": port,
        "routes": ROUTES,
        "redirect_uri": REDIRECT_URI,
        "scope": " ".join(sorted(SCOPE)),
    }
    arguments = ("node", str(folder / "server.mjs"), json.dumps(settings))
    command = Command(arguments, os.environ | {"NODE_ENV": "production"}, port, paths.JWKS)
    versions = {PACKAGE: VERSION, "Node.js": _node_version()}
    yield Prepared(command, directory, _read_people, versions=versions)


def _node_version() -> str:
    done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip().removeprefix("v")


def _install() -> Path:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotInstalled(f"there is no {program} here")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "idp-bench" / f"{PACKAGE}-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        shutil.copy(HERE / name, folder)
    if not (folder / "node_modules" / PACKAGE / "package.json").is_file():
        _run_npm(folder)
    return folder


def _run_npm(folder: Path) -> None:
    try:
        subprocess.run(
            INSTALL, cwd=folder, capture_output=True, text=True, check=True, timeout=INSTALL_TIMEOUT
        )
    except (subprocess.SubprocessError, OSError) as failure:
        reason = getattr(failure, "stderr", None) or str(failure)
        raise NotInstalled(f"npm could not install it: {str(reason)[:200]}") from None


def _read_people(log: Path) -> People:
    """Read the line that it prints when it listens."""
    line = next(line for line in log.read_text().splitlines() if line.startswith("{"))
    said = json.loads(line)
    clients = {name: ClientCredentials.basic(name, key) for name, key in said["clients"].items()}
    return People(clients, said["cookie"])
