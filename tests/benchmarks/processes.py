"""What processes spend and hold, read from /proc while they live: their rusage counts what they were forked from."""

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
# Nothing of what a process is remembered after its end.
GONE = (FileNotFoundError, ProcessLookupError)


def children(process: int) -> list[int]:
    """The processes of its pool that still live; nothing of what it asked other programs."""
    found = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [int(number) for number in task.read_text().split()]
    return [number for number in found if "spawn_main" in command(number)]


def command(process: int) -> str:
    """Its command line; empty where it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except GONE:
        return ""


def seconds(process: int) -> float:
    """Seconds of processor time that it has spent."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except GONE:
        return 0
    return (int(fields[11]) + int(fields[12])) / TICK


def peak(process: int) -> float:
    """The most MB that it has held in memory at once."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except GONE:
        return 0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM")), 0)
