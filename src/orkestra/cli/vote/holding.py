"""Holding a vote in the terminal: `orkestra vote call` and `hold`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import print_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from orkestra.committee.committee import Committee
    from orkestra.core.opening import OpenProject


def committee_for(handle: OpenProject, *, as_json: bool) -> Committee:
    """Return the project's committee; where somebody sits at a terminal, they break its deadlocks."""
    from orkestra.adapters.people.terminal import TerminalPerson
    from orkestra.committee.committee import Committee

    return Committee(handle, person=TerminalPerson() if sys.stdin.isatty() and not as_json else None)


def hold(handle: OpenProject, voting: Callable[[], Awaitable[dict[str, Any]]], *, as_json: bool) -> None:
    """Hold a vote to its end, show what was decided, and leave its record in the project's git."""
    from orkestra.cli.driving import drive
    from orkestra.cli.live import following

    async def holding() -> dict[str, Any]:
        async with following(handle, quiet=as_json):
            return await voting()

    outcome = drive(holding())
    _commit(handle, outcome["topic"])
    if as_json:
        print_json(outcome)
    else:
        click.echo(
            f"{outcome['vote_id']}: {outcome['decision']} ({outcome['consensus_level']}); "
            f"`orkestra vote explain {outcome['vote_id']}` shows how it was counted"
        )


def _commit(handle: OpenProject, topic: str) -> None:
    from orkestra.adapters.workspaces.repository import Repository
    from orkestra.core.bookkeeping import committed_records
    from orkestra.domain.text import one_line

    if records := committed_records(handle):
        Repository.open(handle.root).commit(records, f"docs: decide {one_line(topic, 50)}")
