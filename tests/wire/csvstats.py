"""A small CSV statistics package: the brief for it, and the mind that builds its features by tool calls."""

import re

from tests.wire.script import Call, Reply, Rule, answers, says

NAME = "csvstats"
BRIEF = """\
A Python library that reads CSV files with a header and says what is in them.

It needs nothing but the standard library. A column of numbers is described by count, mean, median and standard
deviation; cells that are no numbers are counted and left out. A histogram of a column can be drawn as text.
"""
FEATURES = ("read columns", "summary statistics", "text histogram")
COLUMNS = """\
import csv
import io


def columns(text: str) -> dict[str, list[str]]:
    \"\"\"Return each column of a CSV text by its name in the header.\"\"\"
    rows = list(csv.DictReader(io.StringIO(text)))
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
"""
SUMMARY = """\
import statistics


def numbers(cells: list[str]) -> tuple[list[float], int]:
    \"\"\"Return the numbers of a column, and how many cells hold none.\"\"\"
    found = []
    for cell in cells:
        try:
            found.append(float(cell))
        except ValueError:
            continue
    return found, len(cells) - len(found)


def summary(cells: list[str]) -> dict[str, float]:
    \"\"\"Return count, mean, median and standard deviation of a column.\"\"\"
    found, _ = numbers(cells)
    deviation = statistics.stdev(found) if len(found) > 1 else 0.0
    return {
        "count": len(found),
        "mean": statistics.fmean(found),
        "median": statistics.median(found),
        "stdev": deviation,
    }
"""
HISTOGRAM = """\
def histogram(values: list[float], bins: int = 4) -> list[str]:
    \"\"\"Return a line for each bin, with a mark for each value in it.\"\"\"
    low, high = min(values), max(values)
    width = (high - low) / bins or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(int((value - low) / width), bins - 1)] += 1
    return [f"{low + width * at:8.2f} {'#' * count}".rstrip() for at, count in enumerate(counts)]
"""
TOGETHER = """\
from csvstats.columns import columns
from csvstats.histogram import histogram
from csvstats.summary import numbers, summary

TEXT = "name,price\\nbread,2.5\\nmilk,1.5\\ncake,n/a\\ntea,5.0\\n"


def test_the_features_work_together() -> None:
    prices = columns(TEXT)["price"]
    found, others = numbers(prices)
    assert others == 1
    assert summary(prices)["mean"] == 3.0
    assert histogram(found, bins=2) == ["    1.50 ##", "    3.25 #"]
"""


def _module(name: str, text: str, proof: str) -> dict[str, str]:
    test = f"from csvstats.{name} import {name}\n\n\ndef test_{name}() -> None:\n    assert {proof}\n"
    return {f"src/csvstats/{name}.py": text, f"tests/test_{name}.py": test}


WORK = {
    "Implement read columns": _module(
        "columns", COLUMNS, 'columns("a,b\\n1,2\\n3,4\\n") == {"a": ["1", "3"], "b": ["2", "4"]}'
    ),
    "Implement summary statistics": _module("summary", SUMMARY, 'summary(["1", "x", "3"])["median"] == 2.0'),
    "Implement text histogram": _module("histogram", HISTOGRAM, 'histogram([0, 1], bins=2)[1].endswith("#")'),
    "Integrate the features": {"tests/test_together.py": TOGETHER},
    "Test end to end": {"tests/test_end.py": TOGETHER.replace("work_together", "hold_to_the_end")},
    "Measure performance": {"docs/performance.md": "A column is held in memory as a whole.\n"},
    "Review security": {"docs/security.md": "CSV is data: no cell is ever run.\n"},
    "Write the documentation": {"docs/usage.md": "Read a text with `columns`, describe one with `summary`.\n"},
    "Prepare the release": {"docs/release.md": "Raise the version, then build.\n"},
    "Set up monitoring": {"docs/operation.md": "A library runs in its caller: nothing to watch.\n"},
}
"""What each task comes to: the files that are written for it."""
IMPLEMENTED = [title for title in WORK if title.startswith("Implement")]


def _turns(title: str, files: dict[str, str]) -> list[Rule]:
    """What is written for a task, and for a feature a look at its tests before it is called done."""
    here = rf"\nTask: {re.escape(title)}\n"
    made = tuple(Call(name="write", arguments={"path": path, "text": text}) for path, text in files.items())
    check = (Call(name="check", arguments={"name": "test"}),) if title in IMPLEMENTED else ()
    seen = r"pytest: \d+ passed" if check else None
    return [
        Rule(turn=1, text=here, reply=Reply(calls=(*made, *check))),
        Rule(turn=2, text=here, result=seen, reply=says("It is there.")),
    ]


MIND = [
    Rule(text="the architect", reply=answers({"approach": "one module for each feature, with a test"})),
    Rule(text="the auditor", reply=answers({"approved": True, "summary": "It does what was asked."})),
    *(rule for title, files in WORK.items() for rule in _turns(title, files)),
]
"""The same mind as architect, executor and auditor."""
