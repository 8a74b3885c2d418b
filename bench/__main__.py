"""`python -m bench`: measure servers of its own side by side, and print what was found."""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.connection import UnexpectedAnswer
from bench.databases import DATABASES
from bench.footprint import footprint, help_seconds
from bench.lineup import SERVERS, Lineup, lined_up
from bench.machine import choose_cores, describe_machine, pinned
from bench.markdown import markdown
from bench.process import ServerFailed
from bench.report import Report, StormLine, summarize, summarize_limits, summarize_storm
from bench.rounds import Effort, measure_rounds
from bench.storm import measure_storm
from bench.workloads import BY_NAME

LOGIN_STORM = "login_storm"
STORM_SECONDS = 8  # for each second of a workload, since requests come at a modest pace
QUICK = {"rounds": 1, "seconds": 0.2, "connections": 2, "rows": 200}


def main() -> None:
    """Read the command line, measure, and print."""
    options = _options()
    try:
        with tempfile.TemporaryDirectory(prefix="idp-bench-") as directory:
            report = run(options, Path(directory))
    except (ServerFailed, UnexpectedAnswer) as failure:
        sys.exit(f"{type(failure).__name__}: {failure}")
    print(markdown(report))
    if options.json:
        options.json.write_text(json.dumps(report.to_json(), indent=2) + "\n")


def _options() -> argparse.Namespace:
    names = (*BY_NAME, LOGIN_STORM)
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=2, help="for each server, workload, round")
    parser.add_argument("--rounds", type=int, default=3, help="medians are taken over these")
    parser.add_argument("--connections", type=int, default=16, help="open at once")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of filled databases; 0: none")
    parser.add_argument("--server", action="append", choices=SERVERS, help="may be repeated")
    parser.add_argument("--only", action="append", choices=names, help="may be repeated")
    parser.add_argument("--quick", action="store_true", help="see that all works; measures nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    if options.quick:
        vars(options).update(QUICK)
    return options


def run(options: argparse.Namespace, directory: Path) -> Report:
    """Measure all that was asked for."""
    cores = choose_cores()
    wanted = options.only or [*BY_NAME, LOGIN_STORM]
    workloads = [BY_NAME[name] for name in wanted if name in BY_NAME]
    effort = Effort(options.rounds, options.seconds, options.connections)
    names = options.server or SERVERS
    with pinned(cores.generator), lined_up(names, options.rows, directory, cores.server) as lineup:
        rounds = list(measure_rounds(lineup.servers, workloads, effort, cores))
        return Report(
            machine={**describe_machine(), **lineup.versions},
            settings={**asdict(effort), "rows of a filled database": options.rows},
            absent=lineup.absent,
            limits=summarize_limits(rounds),
            lines=summarize(rounds),
            footprints=[footprint(*item) for item in lineup.servers.items()],
            help_seconds=help_seconds(cores.server),
            storms=_storms(lineup, options.seconds) if LOGIN_STORM in wanted else [],
        )


def _storms(lineup: Lineup, seconds: float) -> list[StormLine]:
    """Let it storm on each server that has people with passwords and few rows."""
    lines = []
    for name, server in lineup.servers.items():
        if name in DATABASES:
            print(f"login storm: {name}", file=sys.stderr)
            lines += summarize_storm(name, measure_storm(server, seconds * STORM_SECONDS))
    return lines


if __name__ == "__main__":
    main()
