"""Regular expressions of unknown intent, matched by a process that can be ended.

Python's `re` can take for ever, holds the interpreter meanwhile, and can't be interrupted from a thread.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE: Final = 5
"""Seconds that the matching may take; the process ends itself then, also when nobody is left to end it."""
_GRACE: Final = 5
_PROGRAM: Final = Path(__file__).with_name("matcher.py")


def matching_lines(pattern: str, texts: Sequence[str], *, ignore_case: bool, most: int) -> list[tuple[int, int]]:
    """Return the first `most` lines that match, each as the text's index and the line's, both from 0.

    Raises SafetyError for what is no expression, and when it takes longer than `PATIENCE` seconds.
    """
    asked = {"pattern": pattern, "texts": texts, "ignore_case": ignore_case, "most": most, "seconds": PATIENCE}
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-S", str(_PROGRAM)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            env={},
            timeout=PATIENCE + _GRACE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    if ran.returncode:
        raise _too_slow()
    said = json.loads(ran.stdout)
    if "problem" in said:
        raise SafetyError(f"not a regular expression: {said['problem']}")
    return [(text, line) for text, line in said["found"]]


def _too_slow() -> SafetyError:
    return SafetyError(f"the expression was not matched within {PATIENCE} s: use a simpler one, or plain text")
