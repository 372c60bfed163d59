"""`orkestra vote list`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from orkestra.cli.options import as_json, in_project, opened, print_json

if TYPE_CHECKING:
    from orkestra.domain.votes import Vote


@click.command("list")
@click.option("--status", type=click.Choice(["active", "completed", "cancelled"]), help="Only votes that stand so.")
@in_project
@as_json
def command(*, status: str | None, project: str, as_json: bool) -> None:
    """List the votes, the newest first."""
    from orkestra.committee.ledger import VoteLedger, vote_record

    with opened(project) as handle:
        votes = VoteLedger(handle).all(status)
    if as_json:
        print_json([vote_record(vote) for vote in votes])
    elif not votes:
        click.echo("No votes yet: `orkestra vote call TOPIC -o ONE -o OTHER` holds one.")
    else:
        for vote in votes:
            _line(vote)


def _line(vote: Vote) -> None:
    from orkestra.domain.text import one_line
    from orkestra.domain.votes import NOTHING

    decided = f"-> {vote.outcome['decision'] or NOTHING}" if vote.outcome else f"({vote.status})"
    click.echo(f"{vote.vote_id}  {one_line(vote.topic, 60)}  {one_line(decided, 80)}")
