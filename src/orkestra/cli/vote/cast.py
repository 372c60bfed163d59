"""`orkestra vote cast`."""

from __future__ import annotations

from typing import Final

import click

from orkestra.cli.options import as_json, in_project, opened, print_json

YOU: Final = "you"


@click.command("cast")
@click.argument("vote_id")
@click.argument("choice")
@click.option("--as", "voter", default=YOU, show_default=True, metavar="NAME", help="Whose ballot it is.")
@click.option("--reason", "-r", default="", help="Why.")
@in_project
@as_json
def command(*, vote_id: str, choice: str, voter: str, reason: str, project: str, as_json: bool) -> None:
    """Cast a ballot: an option's id or text; `first > second > third` where the vote is ranked."""
    from orkestra.committee.committee import Committee
    from orkestra.committee.keeping import keep_in_git

    with opened(project) as handle:
        committee = Committee(handle)
        committee.cast_vote(vote_id, voter, choice, reason)
        result = committee.get_vote_result(vote_id)
        vote = committee.get_vote(vote_id)
        if vote.outcome:
            keep_in_git(handle, vote.topic)
    if as_json:
        print_json(result)
        return
    stands = f"decided: {result['decision']}" if result["decision"] is not None else "not decided yet"
    if vote.agenda.direct and result["tied"] and result["votes_cast"] == result["required"]:
        stands = f"tied: {', '.join(result['tied'])}; `orkestra vote close {vote_id} CHOICE` decides"
    click.echo(f"{voter} voted; {result['votes_cast']} of {result['required']} have, {stands}")
