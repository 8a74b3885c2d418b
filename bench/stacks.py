"""Where the time goes, by package: sampled stacks, each counted for who is at its top.

What the standard library and C do, is counted for whoever called it, unless it is a subject of its
own here. So a signature is "signing", and json.dumps is the module that wrote JSON.
"""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import idp

FRAME = re.compile(r"(?P<function>.*) \((?P<path>[^()]+?)(:\d+)?\)")
OURS = f"{Path(idp.__file__).parent}/"
PACKAGE = re.compile(r"/site-packages/(?P<name>\w+)")
SIGN = "make_signature"  # it hardly does more than to call what signs

SUBJECTS = {
    "cryptography": "signing (cryptography)",
    "uvloop": "asyncio, uvloop",
}
STANDARD_LIBRARY = re.compile(r"/python3\.\d+/(?P<name>asyncio|logging|sqlite3)\b")
STANDARD_SUBJECTS = {
    "asyncio": "asyncio, uvloop",
    "logging": "logging",
    "sqlite3": "SQLite",
}
# As --native shows them: compiled elsewhere, or installed by the system.
COMPILED = re.compile(r"\b(?P<name>uvloop|httptools|asyncpg|greenlet)/|(?P<sqlite>libsqlite3)")
# A thread of a pool that has nothing to do, which py-spy takes for one that is at work.
IDLE = re.compile(r"_worker \(.*/concurrent/futures/thread\.py(:\d+)?\)")
LEAST_SHARE = 0.005
OTHERS = "others"


def shares(lines: Iterable[str]) -> list[tuple[str, float]]:
    """Give the share of each, largest first, from lines `outermost;...;innermost count`."""
    counts: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rstrip().rpartition(" ")
        frames = stack.split(";")
        if not IDLE.fullmatch(frames[-1]):
            counts[_top(frames)] += int(count)
    total = counts.total()
    large = {name: n for name, n in counts.items() if n >= LEAST_SHARE * total and name != OTHERS}
    rest = total - sum(large.values())
    ordered = sorted(large.items(), key=lambda item: -item[1])
    return [(name, count / total) for name, count in (*ordered, (OTHERS, rest)) if count]


def _top(stack: list[str]) -> str:
    """Find the innermost frame that tells whose work it is."""
    return next((name for frame in reversed(stack) if (name := _owner(frame))), OTHERS)


def _owner(text: str) -> str | None:
    frame = FRAME.fullmatch(text)
    if frame is None:
        return None
    if frame["function"] == SIGN:
        return SUBJECTS["cryptography"]
    path = frame["path"]
    if path.startswith(OURS):
        room = path.removeprefix(OURS).partition("/")[0].removesuffix(".py")
        return f"idp {room}"
    if found := PACKAGE.search(path):
        return SUBJECTS.get(found["name"], found["name"])
    if found := STANDARD_LIBRARY.search(path):
        return STANDARD_SUBJECTS[found["name"]]
    if found := COMPILED.search(path):
        return "SQLite" if found["sqlite"] else SUBJECTS.get(found["name"], found["name"])
    return None
