"""A project's own formatter and linter, where it configures them and they are installed; they only look."""

from __future__ import annotations

import json
import pkgutil
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.codec import from_plain
from orkestra.domain.work import Command

if TYPE_CHECKING:
    from collections.abc import Callable

    from orkestra.domain.ports import Sandbox

TOOL_SECONDS: Final = 60.0
MAX_SETTINGS: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class _Tool:
    """A program behind a check; it applies when one of the `configured` files is there and holds that text."""

    check: str
    program: str
    configured: Mapping[str, str]
    arguments: tuple[str, ...]

    def applies(self, directory: Path) -> bool:
        return any(_holds(directory / name, text) for name, text in self.configured.items())


@dataclass(frozen=True)
class ProjectTools:
    """The tools of the project in `root`, run in the sandbox."""

    sandbox: Sandbox
    root: Path

    def on(self, directory: Path) -> Callable[[str], str]:
        """Return what runs a tool by its check's name on a work tree, and says what it said, in words."""
        return lambda check: self._look(check, directory)

    def _look(self, check: str, directory: Path) -> str:
        tool = next((tool for tool in _tools() if tool.check == check), None)
        if tool is None:
            return f"there is no check {check!r}; there are: {', '.join(tool.check for tool in _tools())}"
        if not tool.applies(directory):
            return f"not looked at: the project configures no {tool.program}"
        program = self._installed(tool.program)
        if program is None:
            return f"not looked at: {tool.program} is configured and not installed"
        ended = self.sandbox.run(
            Command(argv=(program, *tool.arguments), directory=directory, timeout=TOOL_SECONDS, output_limit=20_000)
        )
        verdict = "fine" if ended.exit_code == 0 else "objects" if ended.exit_code else "took too long"
        return f"{tool.program} {verdict}: {ended.output.strip()}"

    def _installed(self, program: str) -> str | None:
        """Return the project's own program, else the one beside our Python, else the one on PATH."""
        folders = [self.root / ".venv" / "bin", Path(sys.executable).parent]
        return next(filter(None, (shutil.which(program, path=str(each)) for each in folders)), shutil.which(program))


def _holds(file: Path, text: str) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as opened:
        return text.encode() in opened.read(MAX_SETTINGS)


@cache
def _tools() -> tuple[_Tool, ...]:
    content = pkgutil.get_data("orkestra.pipeline", "tools.json") or b"[]"
    return from_plain(json.loads(content), tuple[_Tool, ...])
