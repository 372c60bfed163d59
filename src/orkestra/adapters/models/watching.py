"""A workspace that remembers which files were changed through it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.ports import Workspace


@dataclass(frozen=True)
class WatchedWorkspace:
    """The port Workspace over another one; what is refused there is refused here."""

    watched: Workspace
    _changed: list[str] = field(default_factory=list)

    def files(self) -> Sequence[str]:
        return self.watched.files()

    def read(self, path: str) -> str:
        return self.watched.read(path)

    def write(self, path: str, text: str) -> None:
        self.watched.write(path, text)
        self._changed.append(path)

    def remove(self, path: str) -> None:
        self.watched.remove(path)
        self._changed.append(path)

    def check(self, name: str) -> str:
        return self.watched.check(name)

    def news(self) -> list[str]:
        """Return the paths that were changed since this was last asked, each once, in order."""
        paths = list(dict.fromkeys(self._changed))
        self._changed.clear()
        return paths
