"""`orkestra vote verify`."""

from __future__ import annotations

import click

from orkestra.cli.options import in_project, opened

SOURCES = ("override", "tests", "revert", "review")


@click.command("verify")
@click.argument("vote_id")
@click.argument("right")
@click.option("--source", type=click.Choice(SOURCES), default="override", show_default=True, help="Who knows.")
@in_project
def command(*, vote_id: str, right: str, source: str, project: str) -> None:
    """Say which option of a vote turned out right: those who chose it weigh more in the next votes."""
    from orkestra.committee.committee import Committee

    with opened(project) as handle:
        Committee(handle).verify(vote_id, right, source)
    click.echo(f"{vote_id}: noted; it counts in the next vote")
