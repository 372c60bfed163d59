"""Patience with one task: when going on would only say the same once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orkestra.domain.work import Finding

ENOUGH: Final = 3
"""How often in a row the same may be found in the same work."""


class Patience:
    """What was found in the attempts at one task so far."""

    def __init__(self) -> None:
        self._commit = ""
        self._streaks: dict[str, int] = {}

    def lost(self, commit: str, findings: Iterable[Finding]) -> str:
        """Take in what was found in an attempt; return why it is enough, "" while it is not.

        It is, when three attempts in a row left the same work and the same was found in each.
        """
        before = self._streaks if commit == self._commit else {}
        self._commit = commit
        self._streaks = {finding.problem: before.get(finding.problem, 0) + 1 for finding in findings}
        tired = [problem for problem, times in self._streaks.items() if times >= ENOUGH]
        if not tired:
            return ""
        return f"given up after {ENOUGH} attempts that changed nothing and left the same finding: {'; '.join(tired)}"
