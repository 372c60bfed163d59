"""`orkestra vote hold`."""

from __future__ import annotations

import click

from orkestra.cli.options import as_json, in_project, opened
from orkestra.cli.vote.holding import hold


@click.command("hold")
@click.argument("vote_id")
@in_project
@as_json
def command(*, vote_id: str, project: str, as_json: bool) -> None:
    """Hold a vote that was called, or go on with one that was interrupted: no ballot is lost, none asked for twice."""
    with opened(project) as handle:
        hold(handle, vote_id, lambda committee: committee.resume(vote_id), as_json=as_json)
