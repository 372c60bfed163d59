"""A program of its own: reads a pattern and texts as JSON, says which lines match. See `expressions`."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

LONGEST_LINE = 2_000


def main() -> None:
    """Answer the question on standard input with `found` or `problem`, or be ended by the alarm."""
    asked = json.load(sys.stdin.buffer)
    if hasattr(signal, "alarm"):
        signal.alarm(asked["seconds"])
    try:
        expression = re.compile(asked["pattern"], re.IGNORECASE if asked["ignore_case"] else 0)
    except (re.error, OverflowError, RecursionError) as error:
        json.dump({"problem": str(error)}, sys.stdout)
        return
    json.dump({"found": list(islice(_found(expression, asked["texts"]), asked["most"]))}, sys.stdout)


def _found(expression: re.Pattern[str], texts: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401 - JSON
    for at, text in enumerate(texts):
        for number, line in enumerate(text.removesuffix("\n").split("\n")):
            if expression.search(line.rstrip("\r")[:LONGEST_LINE]):
                yield at, number


if __name__ == "__main__":
    main()
