"""`python -m bench.profile WORKLOAD`: where the server spends its time, seen by py-spy."""

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import uvloop

from bench.connection import UnexpectedAnswer
from bench.databases import DATABASES
from bench.lineup import lined_up
from bench.load import Measurement, measure
from bench.machine import choose_cores, pinned
from bench.process import ServerFailed
from bench.server import Server
from bench.stacks import shares
from bench.workloads import BY_NAME

SAMPLES_PER_SECOND = 200
SECONDS_TO_ATTACH = 2
MISSING = "There is no py-spy here: pip install -e '.[dev]'"


def main() -> None:
    """Read the command line, watch, and print."""
    options = _options()
    py_spy = shutil.which("py-spy") or shutil.which("py-spy", path=Path(sys.executable).parent)
    if py_spy is None:
        sys.exit(MISSING)
    cores = choose_cores()
    with tempfile.TemporaryDirectory(prefix="idp-bench-") as name, pinned(cores.generator):
        stacks = options.raw or Path(name) / "stacks"
        try:
            with lined_up([options.server], 0, Path(name), cores.server) as lineup:
                measured = watch(py_spy, lineup.servers[options.server], options, stacks)
        except (ServerFailed, UnexpectedAnswer, subprocess.CalledProcessError) as failure:
            sys.exit(f"{type(failure).__name__}: {failure}")
        print(_table(options.workload, measured, stacks))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("workload", choices=BY_NAME)
    parser.add_argument("--server", choices=DATABASES, default="sqlite-full")
    parser.add_argument("--seconds", type=int, default=10, help="for which it is watched")
    parser.add_argument("--connections", type=int, default=16, help="open at once")
    parser.add_argument("--native", action="store_true", help="see into C, and slow it down more")
    parser.add_argument("--raw", type=Path, metavar="FILE", help="keep the stacks, for flamegraphs")
    return parser.parse_args()


def watch(py_spy: str, server: Server, options: argparse.Namespace, stacks: Path) -> Measurement:
    """Run the workload for a little longer than it is watched."""
    command = [py_spy, "record", "--format=raw", "--full-filenames", f"--pid={server.pid}"]
    command += [f"--rate={SAMPLES_PER_SECOND}", f"--duration={options.seconds}"]
    command += [f"--output={stacks}", *(["--native"] if options.native else [])]
    load = measure(
        BY_NAME[options.workload],
        server,
        connections=options.connections,
        seconds=options.seconds + SECONDS_TO_ATTACH,
    )
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL) as watcher,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        measured = runner.run(load)
    if watcher.returncode:
        raise subprocess.CalledProcessError(watcher.returncode, command)
    return measured


def _table(workload: str, measured: Measurement, stacks: Path) -> str:
    cpu = measured.server_cpu / measured.requests * 1e6
    with stacks.open() as lines:
        rows = [f"| {name} | {share:.1%} | {share * cpu:,.0f} |" for name, share in shares(lines)]
    title = f"{workload.replace('_', ' ')}: {cpu:,.0f} µs of CPU a request, watched"
    return "\n".join((title, "", "| where | share | µs |", "|---|--:|--:|", *rows))


if __name__ == "__main__":
    main()
