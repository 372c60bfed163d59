"""`make bench`: each figure beside a floor from the same run. Nothing here passes or fails on speed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
from pathlib import Path

from benchmarks import calls, counting, durable_run, queue, startup, voting
from benchmarks.measure import Figure, table

BENCHMARKS = {
    "startup": startup.measure,
    "durable_run": durable_run.measure,
    "queue": queue.measure,
    "counting": counting.measure,
    "voting": voting.measure,
    "calls": calls.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=BENCHMARKS, metavar="NAME", help=f"one of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON, too")
    options = parser.parse_args()
    machine = {
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "cores": os.cpu_count(),
    }
    print(", ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
    figures: list[Figure] = []
    for name, measure in BENCHMARKS.items():
        if options.only in {None, name}:
            figures += measure()
    print(table(figures))
    if options.json:
        record = {"machine": machine, "figures": [figure.record() for figure in figures]}
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
