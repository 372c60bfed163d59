"""`orkestra vote explain`: on one screen, how a decision came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project, opened, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.domain.votes import Vote


@click.command("explain")
@click.argument("vote_id")
@in_project
@as_json
def command(*, vote_id: str, project: str, as_json: bool) -> None:
    """Show how a vote was counted: ballots, weights, and what every method would have chosen."""
    from orkestra.committee.ledger import VoteLedger

    with opened(project) as handle:
        vote = VoteLedger(handle).find(vote_id)
    if as_json:
        print_json({"vote_id": vote.vote_id, "rounds": vote.rounds, "outcome": vote.outcome})
    else:
        _explain(vote)


def _explain(vote: Vote) -> None:
    from rich.console import Console

    from orkestra.domain.text import one_line

    console = Console()
    click.echo(f"{vote.vote_id}: {one_line(vote.topic, 90)}")
    for option in vote.options:
        click.echo(f"  {option.id}: {one_line(option.description, 90)}")
    outcome = vote.outcome or {}
    console.print(_ballots(vote, outcome.get("weights", {})))
    if not outcome:
        click.echo(f"Not decided yet ({vote.status}).")
        return
    if outcome.get("methods"):
        console.print(_methods(vote, outcome["methods"], str(outcome["option_id"])))
    for line in _remarks(outcome):
        click.echo(line)


def _ballots(vote: Vote, weights: Mapping[str, float]) -> Any:  # noqa: ANN401 - a rich table; rich is imported late
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("voter", "weight", *(f"round {held['number']}" for held in vote.rounds)):
        table.add_column(heading, justify="right" if heading == "weight" else "left")
    voters = dict.fromkeys(ballot["voter"] for held in vote.rounds for ballot in held["ballots"])
    for voter in voters:
        cells = [_cell(held["ballots"], voter) for held in vote.rounds]
        weight = f"{weights[voter]:.2f}" if voter in weights else ""
        table.add_row(*(Text(cell) for cell in (voter, weight, *cells)))
    return table


def _cell(ballots: list[dict[str, Any]], voter: str) -> str:
    ballot = next((each for each in ballots if each["voter"] == voter), None)
    if ballot is None:
        return "-"
    ranking = " > ".join(option.removeprefix("option_") for option in ballot["ranking"]) or "abstains"
    return f"{ranking} (yielded)" if ballot["yielded"] else ranking


def _methods(vote: Vote, methods: Mapping[str, str | None], chosen: str) -> Any:  # noqa: ANN401 - as above
    from rich.table import Table
    from rich.text import Text

    from orkestra.domain.text import one_line

    texts = {option.id: one_line(option.description, 60) for option in vote.options}
    table = Table(box=None, pad_edge=False)
    table.add_column("by this method")
    table.add_column("the winner is")
    for method, winner in methods.items():
        mark = "" if winner in {chosen, None} else "  (differs)"
        table.add_row(method, Text((texts[winner] if winner else "nobody") + mark))
    return table


def _remarks(outcome: Mapping[str, Any]) -> list[str]:
    from orkestra.domain.text import one_line
    from orkestra.domain.votes import NOTHING

    by = outcome.get("decided_by") or outcome.get("method") or "the ballots"
    lines = [f"decided by {by}: {one_line(outcome['decision'] or NOTHING, 80)}"]
    if why := outcome.get("why") or outcome["reasoning"]:
        lines.append(f"  {one_line(why, 110)}")
    if outcome.get("known_outcomes"):
        lines.append(
            f"  {outcome['sure']:.0%} sure, by {outcome['known_outcomes']} verified outcomes; "
            f"the voters are worth {outcome['effective_voters']:g} independent ones"
        )
    elif "known_outcomes" in outcome:
        lines.append("  no outcome is verified yet, so all weigh the same (`orkestra vote verify`)")
    if outcome.get("set_aside"):
        lines.append(f"  votes for one's own proposal set aside: {', '.join(outcome['set_aside'])}")
    if outcome.get("left_out"):
        lines.append(f"  steps left out: {', '.join(outcome['left_out'])}")
    lines.extend(
        f"  watch: {each['voter']} wanted {one_line(each['choice'], 40)}; {one_line(each['sign'], 60)}"
        for each in outcome.get("watch", [])
        if each["sign"]
    )
    return lines
