"""What a repository holds, short enough for a prompt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_LINES: Final = 400


def outline(files: Sequence[str]) -> list[str]:
    """Return the paths; of more than 400, directories with how many files they hold, as deep as fits."""
    if len(files) <= MAX_LINES:
        return list(files)
    best = _down_to(files, 1)
    for depth in range(2, 20):
        deeper = _down_to(files, depth)
        if len(deeper) > MAX_LINES:
            break
        best = deeper
    return best[:MAX_LINES] + ([f"and {len(best) - MAX_LINES} more"] if len(best) > MAX_LINES else [])


def _down_to(files: Sequence[str], depth: int) -> list[str]:
    shown: Counter[str] = Counter()
    for path in files:
        parts = path.split("/")
        shown["/".join(parts[:depth]) + "/" if len(parts) > depth else path] += 1
    return [f"{name} ({count} files)" if name.endswith("/") else name for name, count in shown.items()]
