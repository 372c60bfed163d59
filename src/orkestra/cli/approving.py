"""The user's word on a plan, at the terminal: approve, edit in an editor of one's own, or reject."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from orkestra.adapters.people.terminal import meant
from orkestra.cli.asking import Spectator
from orkestra.core.portal import in_thread
from orkestra.domain.text import shown
from orkestra.pipeline.works.room import EDIT, PlanKept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_USUAL: Final = ("nano", "vi")


class PlanReader(Spectator):
    """Somebody at the terminal who reads plans; `edit` opens the file before it counts as an answer.

    Raises PlanKept at the end of the input: nobody is there any more, and the plan stays for later.
    """

    def __init__(self, plan: Path) -> None:
        super().__init__()
        self._plan = plan

    async def answer_now(self, text: str, options: Sequence[str], default: str) -> str:
        """Ask with the view put aside, until the answer is one of the options."""
        with self.view.aside():
            while True:
                line = await self.line(shown(text), options, default)
                if line is None:
                    raise PlanKept(text)
                word = meant(line, options, default)
                if word == EDIT and (problem := await in_thread(edit, self._plan)):
                    self.say(f"{problem}\n")
                elif word is not None:
                    return word
                text = f"Please answer with one of: {', '.join(options)}"


def edit(path: Path) -> str:
    """Open a file in the user's editor and wait for its end; return what went wrong, "" for nothing."""
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(filter(shutil.which, _USUAL), "")
    by_hand = f"edit {path} elsewhere, then approve"
    try:
        argv = shlex.split(named)
    except ValueError as error:
        return f"EDITOR={named!r} is no command ({error}): {by_hand}"
    if not argv:
        return f"no editor is known: set EDITOR, or {by_hand}"
    try:
        code = subprocess.run([*argv, str(path)], check=False).returncode
    except OSError as error:
        return f"{argv[0]} can't be started ({error.strerror}): set EDITOR, or {by_hand}"
    return f"{argv[0]} ended with exit code {code}; nothing was read back" if code else ""
