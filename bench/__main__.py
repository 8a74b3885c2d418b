"""`python -m bench`: measure a server of its own, and print what was found."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvloop

from bench.connection import UnexpectedAnswer
from bench.limits import Limits, make_key, measure_limits
from bench.load import Measurement, measure
from bench.machine import Cores, choose_cores, describe_machine, pin
from bench.people import People, add_people
from bench.report import Report, markdown, median_limits, summarize
from bench.server import Server, ServerFailed, configure, postgresql, serve
from bench.workloads import BY_NAME, Workload


def main() -> None:
    """Read the command line, measure, and print."""
    options = _options()
    names = options.only or list(BY_NAME)
    try:
        report = run(options, [BY_NAME[name] for name in names])
    except (ServerFailed, UnexpectedAnswer) as failure:
        sys.exit(f"{type(failure).__name__}: {failure}")
    print(markdown(report))
    if options.json:
        options.json.write_text(json.dumps(report.to_json(), indent=2) + "\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="for each workload and round")
    parser.add_argument("--rounds", type=int, default=3, help="medians are taken over these")
    parser.add_argument("--connections", type=int, default=16, help="open at once")
    parser.add_argument("--only", action="append", choices=BY_NAME, help="may be repeated")
    parser.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def run(options: argparse.Namespace, workloads: Sequence[Workload]) -> Report:
    """Measure each workload once in every round, so that a bad moment spoils no line alone."""
    cores = choose_cores()
    with _prepared(cores, use_postgresql=options.postgresql) as (server, people):
        measurements: dict[str, list[Measurement]] = {each.__name__: [] for each in workloads}
        limits: list[Limits] = []
        key = make_key()
        for number in range(options.rounds):
            pin(cores.server)
            limits.append(measure_limits(key, options.seconds))
            pin(cores.generator)
            for workload in workloads:
                name = workload.__name__
                print(f"round {number + 1} of {options.rounds}: {name}", file=sys.stderr)
                measurements[name].append(_measure(workload, server, people, options))
    found = median_limits(limits)
    return Report(
        machine=describe_machine(),
        settings={
            "database": "PostgreSQL" if options.postgresql else "SQLite",
            "connections": options.connections,
            "rounds": options.rounds,
            "seconds": options.seconds,
        },
        limits=found,
        lines=[summarize(name, rounds, found) for name, rounds in measurements.items()],
    )


def _measure(
    workload: Workload, server: Server, people: People, options: argparse.Namespace
) -> Measurement:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(
            measure(
                workload,
                server,
                people,
                connections=options.connections,
                seconds=options.seconds,
            )
        )


@contextmanager
def _prepared(cores: Cores, *, use_postgresql: bool) -> Iterator[tuple[Server, People]]:
    with tempfile.TemporaryDirectory(prefix="idp-bench-") as name, ExitStack() as stack:
        directory = Path(name)
        url, database_pid = f"sqlite:///{directory}/idp.db", None
        if use_postgresql:
            url, database_pid = stack.enter_context(postgresql(directory, cores))
        config = configure(directory, url)
        people = asyncio.run(add_people(config))
        server = stack.enter_context(serve(config, directory, cores, database_pid))
        yield server, people


main()
