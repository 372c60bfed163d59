"""References that Orkestra can resolve: only such a fact is a reason to change a vote.

Members copy what they see (arXiv 2605.00914: up to 85 % conform), so a change of mind has to name what it rests on:

* `path:line`, a line that stands in the project,
* `commit 1a2b3c4`, a commit of the project,
* `sha256:...`, the beginning (8 and more digits) of the digest of an output that Orkestra saw in this vote,
* `"a quotation"`, words (12 characters and more) that stand in the topic or the context of the vote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.paths import parts_of
from orkestra.adapters.workspaces.repository import Repository
from orkestra.domain.errors import OrkestraError, SafetyError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

MOST_BYTES: Final = 2_000_000
_LINE: Final = re.compile(r"([\w./+-]+):(\d{1,7})\b")
_COMMIT: Final = re.compile(r"\bcommit ([0-9a-f]{7,40})\b")
_OUTPUT: Final = re.compile(r"\bsha256:([0-9a-f]{8,64})\b")
_QUOTE: Final = re.compile(r"[\"“«]([^\"”»]{12,500})[\"”»]")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What can be referred to in one vote: the project's files and commits, outputs by digest, and the known text."""

    root: Path
    known: str = ""
    outputs: Collection[str] = ()

    def resolve(self, said: str, earlier: str = "") -> str:
        """Return the first reference in a text that leads somewhere and was not in the `earlier` text; "" for none."""
        return next((found for found in self._references(said) if found not in earlier), "")

    def _references(self, said: str) -> list[str]:
        lines = [found[0] for found in _LINE.finditer(said) if self._has_line(found[1], int(found[2]))]
        commits = [found[0] for found in _COMMIT.finditer(said) if self._has_commit(found[1])]
        outputs = [found[0] for found in _OUTPUT.finditer(said) if any(o.startswith(found[1]) for o in self.outputs)]
        text = _plain(self.known)
        quotes = [found[0] for found in _QUOTE.finditer(said) if _plain(found[1]) in text]
        return [*lines, *commits, *outputs, *quotes]

    def _has_line(self, path: str, number: int) -> bool:
        try:
            place = self.root.joinpath(*parts_of(path))
        except SafetyError:
            return False
        if not place.is_file() or place.is_symlink() or place.stat().st_size > MOST_BYTES:
            return False
        return 1 <= number <= len(place.read_bytes().splitlines())

    def _has_commit(self, commit: str) -> bool:
        try:
            repository = Repository.open(self.root)
        except OrkestraError:
            return False
        return repository.git.code("cat-file", "-e", f"{commit}^{{commit}}") == 0


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
