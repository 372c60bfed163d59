"""`orkestra vote show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project, opened, print_json

if TYPE_CHECKING:
    from orkestra.domain.votes import Vote


@click.command("show")
@click.argument("vote_id")
@in_project
@as_json
def command(*, vote_id: str, project: str, as_json: bool) -> None:
    """Show a vote with its rounds, ballots and reasons."""
    from orkestra.committee.ledger import VoteLedger, vote_record

    with opened(project) as handle:
        vote = VoteLedger(handle).find(vote_id)
    if as_json:
        print_json(vote_record(vote))
    else:
        _show(vote)


def _show(vote: Vote) -> None:
    from orkestra.domain.text import one_line, shown
    from orkestra.domain.votes import NOTHING

    click.echo(f"{vote.vote_id}: {shown(vote.topic)}  ({vote.status})")
    for option in vote.options:
        click.echo(f"  {option.id}: {one_line(option.description, 110)}")
    for held in vote.rounds:
        click.echo(f"round {held['number']}")
        for ballot in held["ballots"]:
            _ballot(ballot)
        for name, reason in held["failures"].items():
            click.echo(f"  {name:<8} could not vote: {one_line(reason, 90)}")
        if held["feedback"]:
            click.echo(f"  you said: {shown(held['feedback'])}")
    if vote.outcome:
        outcome = vote.outcome
        level = (
            f" ({outcome['consensus_level']}, {outcome['rounds']} round{'' if outcome['rounds'] == 1 else 's'})"
            if "consensus_level" in outcome
            else ""
        )
        click.echo(f"decided: {shown(outcome['decision'] or NOTHING)}{level}")


def _ballot(ballot: dict[str, Any]) -> None:
    from orkestra.domain.text import one_line

    said = one_line(ballot["reasoning"], 90)
    click.echo(f"  {ballot['voter']:<8} {ballot['choice'] or 'nothing':<9} [{ballot['backend']}] {said}")
    if ballot["yielded"]:
        click.echo(f"  {'':<8} yielded: no new fact, so the ballot before counts")
    elif ballot["new_fact"]:
        click.echo(f"  {'':<8} fact: {one_line(ballot['new_fact'], 90)}")
