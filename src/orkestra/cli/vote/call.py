"""`orkestra vote call`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project, opened, print_json
from orkestra.cli.vote.cast import YOU
from orkestra.cli.vote.hold import hold

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject

KINDS = ("choice", "fact", "review", "irreversible")


@click.command("call")
@click.argument("topic")
@click.option("--option", "-o", "options", multiple=True, help="An option; give two and more (none: yes or no).")
@click.option("--context", "-c", default="", help="What is known.")
@click.option("--with", "voters", default="", metavar="NAMES", help="Who votes, with commas; all five unless given.")
@click.option("--sit", is_flag=True, help="Sit as a member: the vote waits for `orkestra vote cast`.")
@click.option("--kind", type=click.Choice(KINDS), default="choice", show_default=True, help="How it is counted.")
@click.option("--area", default="", help="The kind of work, for the members' records (code, architecture, ...).")
@click.option("--rounds", type=click.IntRange(1, 5), default=2, show_default=True, help="Rounds at most.")
@click.option("--without", default="", metavar="STEPS", help="Steps of the protocol to leave out, with commas.")
@click.option("--hours", type=float, help="Hours until the vote closes.")
@click.option("--direct", is_flag=True, help="Ask no agent: ballots come by `orkestra vote cast`.")
@in_project
@as_json
def command(**given: Any) -> None:  # noqa: ANN401 - one parameter per flag
    """Call a vote on TOPIC and hold it among the agents."""
    with opened(given["project"]) as handle:
        _direct(handle, given) if given["direct"] else _held(handle, given)


def _direct(handle: OpenProject, given: dict[str, Any]) -> None:
    from orkestra.committee.committee import Committee
    from orkestra.domain.votes import VoteType

    committee = Committee(handle)
    vote_id = committee.call_vote(
        given["topic"],
        given["context"],
        VoteType.MULTIPLE_CHOICE if given["options"] else VoteType.YES_NO,
        [*(_names(given["voters"]) or ()), *([YOU] if given["sit"] else [])] or None,
        given["options"] or None,
        deadline_hours=given["hours"],
    )
    if given["as_json"]:
        print_json(committee.get_vote_result(vote_id))
    else:
        click.echo(f"{vote_id}: open for ballots: `orkestra vote cast {vote_id} CHOICE --as NAME`")


def _held(handle: OpenProject, given: dict[str, Any]) -> None:
    from orkestra.committee.committee import Committee
    from orkestra.domain.protocol import DecisionKind, Protocol
    from orkestra.domain.votes import Agenda

    committee = Committee(handle)
    agenda = Agenda(
        kind=DecisionKind(given["kind"]),
        area=given["area"],
        people=[YOU] if given["sit"] else [],
        without=Protocol().without(*(_names(given["without"]) or ())).left_out,
        rounds=given["rounds"],
    )
    vote_id = committee.create_vote(
        given["topic"],
        given["options"] or ("yes", "no"),
        given["context"] or committee.gather_context(given["topic"]),
        _names(given["voters"]),
        deadline_hours=given["hours"],
        agenda=agenda,
    )
    if given["sit"] and not given["as_json"]:
        click.echo(f"your ballot: `orkestra vote cast {vote_id} CHOICE`, from another terminal")
    hold(handle, vote_id, as_json=given["as_json"])


def _names(voters: str) -> list[str] | None:
    return [name.strip() for name in voters.split(",") if name.strip()] or None
