"""The story as it happens: a table that renews itself on a terminal, a line per event elsewhere."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from orkestra.cli.options import is_terminal
from orkestra.cli.telling import Board, tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from rich.live import Live

    from orkestra.core.opening import OpenProject

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
async def following(project: OpenProject, *, quiet: bool = False) -> AsyncIterator[View]:
    """Show the project's events during the block, from now on; the view can be put aside for a question."""
    if quiet:
        yield View()
        return
    board = Board()
    board.take(project.story.since(0, limit=1_000_000))
    watch = _Watch(project, board)
    following_task = asyncio.create_task(watch.follow())
    try:
        yield watch
    finally:
        following_task.cancel()
        await asyncio.gather(following_task, return_exceptions=True)
        watch.finish()


class View:
    """What is shown while work goes on; this one shows nothing."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Leave the screen to somebody else for the block."""
        yield


class _Watch(View):
    def __init__(self, project: OpenProject, board: Board) -> None:
        self._story = project.story
        self._board = board
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
            self._live.update(_table(self._board), refresh=True)
        else:
            for line in lines:
                click.echo(line)


def _live() -> Live:
    from rich.console import Console
    from rich.live import Live

    live = Live(console=Console(), auto_refresh=False, transient=True)
    live.start()
    return live


def _table(board: Board) -> Any:  # noqa: ANN401 - a rich table; rich is imported late
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, title=board.headline(), title_justify="left")
    for heading in ("#", "at work", "step"):
        table.add_column(heading)
    for task in board.at_work():
        table.add_row(Text(str(task.ordinal)), Text(task.title), Text(task.step))
    return table
