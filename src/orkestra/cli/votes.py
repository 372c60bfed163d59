"""`orkestra votes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from orkestra.cli.options import as_json, in_project, opened, print_json

if TYPE_CHECKING:
    from orkestra.domain.votes import Vote


@click.command("votes")
@click.argument("vote_id", required=False)
@click.option("--status", type=click.Choice(["active", "completed", "cancelled"]), help="Only votes that stand so.")
@in_project
@as_json
def command(*, vote_id: str | None, status: str | None, project: str, as_json: bool) -> None:
    """List the votes, or show one with its rounds, ballots and reasons."""
    from orkestra.committee.ledger import VoteLedger, vote_record

    with opened(project) as handle:
        ledger = VoteLedger(handle)
        votes = [ledger.find(vote_id)] if vote_id else ledger.all(status)
    if as_json:
        records = [vote_record(vote) for vote in votes]
        print_json(records[0] if vote_id else records)
    elif vote_id:
        _show(votes[0])
    elif not votes:
        click.echo("No votes yet: planning a project holds the first one.")
    else:
        for vote in votes:
            _line(vote)


def _line(vote: Vote) -> None:
    from orkestra.domain.text import one_line

    decided = f"-> {vote.outcome['decision']}" if vote.outcome else f"({vote.status})"
    click.echo(f"{vote.vote_id}  {one_line(vote.topic, 60)}  {one_line(decided, 80)}")


def _show(vote: Vote) -> None:
    from orkestra.domain.text import one_line, shown

    click.echo(f"{vote.vote_id}: {shown(vote.topic)}  ({vote.status})")
    for option in vote.options:
        click.echo(f"  {option.id}: {one_line(option.description, 110)}")
    for held in vote.rounds:
        click.echo(f"round {held['number']}")
        for ballot in held["ballots"]:
            said = one_line(ballot["reasoning"], 90)
            click.echo(f"  {ballot['voter']:<8} {ballot['choice']:<9} [{ballot['backend']}] {said}")
        for name, reason in held["failures"].items():
            click.echo(f"  {name:<8} could not vote: {one_line(reason, 90)}")
        if held["feedback"]:
            click.echo(f"  you said: {shown(held['feedback'])}")
    if vote.outcome:
        outcome = vote.outcome
        level = f" ({outcome['consensus_level']}, {outcome['rounds']} rounds)" if "consensus_level" in outcome else ""
        click.echo(f"decided: {shown(outcome['decision'])}{level}")
