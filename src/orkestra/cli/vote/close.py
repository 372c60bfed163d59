"""`orkestra vote close`."""

from __future__ import annotations

import click

from orkestra.cli.options import as_json, in_project, opened, print_json


@click.command("close")
@click.argument("vote_id")
@click.argument("choice", required=False)
@in_project
@as_json
def command(*, vote_id: str, choice: str | None, project: str, as_json: bool) -> None:
    """End a direct vote: with the CHOICE that you make, or by majority as its ballots stand."""
    from orkestra.committee.keeping import keep_in_git
    from orkestra.democracy import DemocracyEngine

    with opened(project) as handle:
        outcome = DemocracyEngine(handle).resolve(vote_id, decision=choice)
        keep_in_git(handle, outcome["topic"])
    if as_json:
        print_json(outcome)
    else:
        click.echo(f"{vote_id}: {outcome['decision']} ({outcome.get('decided_by') or outcome['reasoning']})")
