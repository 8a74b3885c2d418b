"""`idp check`: what this machine can do."""

from pathlib import Path
from typing import Annotated, Any

import typer

from idp.cli.command import AsJson, command, verbs
from idp.cli.doubts import doubt_hashing
from idp.cli.output import note, print_json, print_table, warn
from idp.cli.settings import load
from idp.config import PasswordsConfig
from idp.users.passwords.argon2id_scheme import IS_INSTALLED
from idp.users.passwords.hasher import schemes
from idp.users.passwords.measuring import Measurement, find_nearest, measure
from idp.users.passwords.scheme import Scheme

app = verbs()

HEAD = ("SETTING", "ONE HASH", "SIGN-INS PER SECOND", "")
NO_ARGON2 = "Argon2id is measured, too, where its package is installed: pip install argon2-cffi"

Target = Annotated[
    int, typer.Option("--target-milliseconds", min=1, metavar="N", help="What a hash is to take.")
]


@command(app, "hashing")
def hashing(config_file: Path | None, target: Target = 250, as_json: AsJson = False) -> None:
    """Measure the hashing of passwords on this machine. Suggests a setting."""
    config = load(config_file).passwords
    measured = measure(config)
    configured = next(m for m in measured if m.scheme == _configured_scheme(config))
    suggested = find_nearest(measured, config.scheme, target / 1000)
    if as_json:
        print_json(_as_json(config, measured, configured, suggested))
        return
    print_table(HEAD, (_row(m, is_configured=m is configured) for m in measured))
    typer.echo(f"\n{_describe_load(config, configured)}\n")
    typer.echo(_suggest(target, configured, suggested))
    for sentence in doubt_hashing(config):
        warn(sentence)
    if not IS_INSTALLED:
        note(NO_ARGON2)


def _configured_scheme(config: PasswordsConfig) -> Scheme:
    return schemes(config)[config.scheme]


def _row(measured: Measurement, *, is_configured: bool) -> tuple[str, ...]:
    return (
        _write(measured.scheme),
        f"{measured.seconds * 1000:5.0f} ms",
        f"{measured.per_second:19.1f}",
        "configured" if is_configured else "",
    )


def _write(scheme: Scheme) -> str:
    name, value = scheme.setting
    return f"{name} = {value}"


def _describe_load(config: PasswordsConfig, configured: Measurement) -> str:
    return (
        f"That is one worker, with hashing_threads = {config.hashing_threads}. It works off a full"
        f" hashing_queue of {config.hashing_queue} in {_time_queue(config, configured):.1f}"
        f" seconds,\nand tells who has waited for hashing_deadline = {config.hashing_deadline}"
        " seconds to come back."
    )


def _time_queue(config: PasswordsConfig, configured: Measurement) -> float:
    return (config.hashing_threads + config.hashing_queue) / configured.per_second


def _suggest(target: int, configured: Measurement, suggested: Measurement) -> str:
    line = _write(suggested.scheme)
    if suggested is configured:
        return f"Nearest to {target} milliseconds is {line}, which is configured."
    return f"Nearest to {target} milliseconds is, in config.toml:\n\n[passwords]\n{line}"


def _as_json(
    config: PasswordsConfig,
    measured: list[Measurement],
    configured: Measurement,
    suggested: Measurement,
) -> dict[str, Any]:
    return {
        "hashing_threads": config.hashing_threads,
        "full_queue_seconds": round(_time_queue(config, configured), 3),
        "configured": dict([configured.scheme.setting]),
        "suggested": dict([suggested.scheme.setting]),
        "measurements": [
            {
                "scheme": m.scheme.name,
                "setting": dict([m.scheme.setting]),
                "milliseconds": round(m.seconds * 1000, 3),
                "sign_ins_per_second": round(m.per_second, 3),
            }
            for m in measured
        ],
    }
