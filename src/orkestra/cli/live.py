"""The story as it happens: a table that renews itself on a terminal, a line per event elsewhere."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from orkestra.cli.asking import Spectator, View
from orkestra.cli.options import is_terminal
from orkestra.cli.telling import Board, tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from rich.live import Live

    from orkestra.cli.telling import TaskLine
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person

LOOK_SECONDS: Final = 0.1
_STYLES: Final = {
    "done": "green",
    "decided": "bold green",
    "FAILED": "bold red",
    "blocked": "yellow",
    "waiting": "yellow",
    "NO": "bold red",  # NO SANDBOX
}


@asynccontextmanager
async def following(
    project: OpenProject, *, quiet: bool = False, person: Person | None = None, about: str = ""
) -> AsyncIterator[None]:
    """Show the project's events during the block, from now on, and make room when a person here is asked.

    `about` is the headline of a terminal's table, how far the tasks are unless given.
    """
    if quiet:
        yield
        return
    board = Board()
    board.take(project.story.since(0, limit=1_000_000))
    watch = _Watch(project, board, about)
    if isinstance(person, Spectator):
        person.view = watch
    following_task = asyncio.create_task(watch.follow())
    try:
        yield
    finally:
        following_task.cancel()
        await asyncio.gather(following_task, return_exceptions=True)
        watch.finish()


class _Watch(View):
    def __init__(self, project: OpenProject, board: Board, about: str) -> None:
        self._story = project.story
        self._board = board
        self._about = about
        self._live = _live() if is_terminal(sys.stdout) else None
        self._aside = False

    async def follow(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(LOOK_SECONDS)

    @contextmanager
    def aside(self) -> Iterator[None]:
        self._look()
        self._aside = True
        if self._live:
            self._live.stop()
        try:
            yield
        finally:
            if self._live:
                self._live = _live()  # a new one: the old would wipe out as many lines as it had drawn
            self._aside = False

    def finish(self) -> None:
        self._look()
        if self._live:
            self._live.stop()

    def _look(self) -> None:
        if self._aside:
            return
        events = self._story.since(self._board.seen)
        lines: list[str] = []
        for event in events:
            self._board.take([event])
            lines.extend(filter(None, [tell(event, self._board)]))
        if self._live:
            for line in lines:
                self._live.console.print(line, markup=False, highlight=False, style=_STYLES.get(line.split(" ")[0]))
            self._live.update(_table(self._about or self._board.headline(), self._board.at_work()), refresh=True)
        else:
            for line in lines:
                click.echo(line)


def _live() -> Live:
    from rich.console import Console
    from rich.live import Live

    live = Live(console=Console(), auto_refresh=False, transient=True)
    live.start()
    return live


def _table(headline: str, at_work: Sequence[TaskLine]) -> Any:  # noqa: ANN401 - a rich table; rich is imported late
    from rich.table import Table
    from rich.text import Text

    if not at_work:
        return Text(headline, style="italic")
    table = Table(box=None, pad_edge=False, title=Text(headline, style="italic"), title_justify="left")
    for heading in ("#", "at work", "step"):
        table.add_column(heading)
    for task in at_work:
        table.add_row(Text(str(task.ordinal)), Text(task.title), Text(task.step))
    return table
