"""`orkestra vote hold`, and holding a vote in the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project, is_terminal, opened, print_json, typed_here
from orkestra.committee.keeping import keep_in_git
from orkestra.domain.crew import OFFLINE
from orkestra.domain.text import one_line

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject


@click.command("hold")
@click.argument("vote_id")
@in_project
@as_json
def command(*, vote_id: str, project: str, as_json: bool) -> None:
    """Hold a vote that was called, or go on with one that was interrupted: no ballot is lost, none asked for twice."""
    with opened(project) as handle:
        hold(handle, vote_id, as_json=as_json)


def hold(handle: OpenProject, vote_id: str, *, as_json: bool) -> None:
    """Hold a vote to its end, show what was decided, and leave its record in the project's git.

    Where somebody sits at a terminal, they break deadlocks.
    """
    from orkestra.cli.asking import Spectator
    from orkestra.cli.driving import drive
    from orkestra.cli.live import following
    from orkestra.committee.committee import Committee

    person = Spectator() if is_terminal(sys.stdin) and not as_json else None
    committee = Committee(handle, person=person)
    topic = committee.get_vote(vote_id).topic
    again = typed_here(f"orkestra vote hold {vote_id}", handle.root)
    if not as_json:
        click.echo(f"{vote_id}: if it is interrupted, `{again}` goes on with it")

    async def holding() -> dict[str, Any]:
        async with following(handle, quiet=as_json, person=person, about=f"voting: {one_line(topic, 80)}"):
            return await committee.resume(vote_id)

    outcome = drive(holding(), again=again)
    if as_json:
        print_json(outcome)
    else:
        _tell(vote_id, outcome)
    keep_in_git(handle, topic)


def _tell(vote_id: str, outcome: dict[str, Any]) -> None:
    for name, reason in outcome.get("failures", {}).items():
        click.echo(f"{name} could not vote: {one_line(reason, 100)}")
    how = outcome["consensus_level"]
    if outcome.get("backends") == [OFFLINE]:
        how = "by rule: no AI was asked, the first of equals wins"
    elif len(outcome["voters"]) == 1:
        how = "by one voter"
    decision = one_line(outcome["decision"], 100)
    click.echo(f"{vote_id}: {decision} ({how}); `orkestra vote explain {vote_id}` shows how it was counted")
