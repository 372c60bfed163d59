"""A person at the terminal who watches the work: the view makes room for a question."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from orkestra.adapters.people.terminal import TerminalPerson
from orkestra.domain.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class View:
    """What is shown while work goes on; this one shows nothing."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the screen to somebody else for the block."""
        yield


class Spectator(TerminalPerson):
    """Somebody at the terminal who is asked while work is shown there; `view` is what shows it."""

    def __init__(self) -> None:
        super().__init__()
        self.view = View()

    async def answer_now(self, text: str, options: Sequence[str], default: str) -> str:
        """Ask with the view put aside; as `answer`."""
        with self.view.aside():
            return await super().answer_now(shown(text), options, default)
