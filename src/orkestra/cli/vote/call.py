"""`orkestra vote call`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from orkestra.cli.options import as_json, in_project, opened, print_json
from orkestra.cli.vote.cast import YOU

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
@click.option("--hours", type=float, help="Hours until the vote closes.")
@click.option("--direct", is_flag=True, help="Ask no agent: ballots come by `orkestra vote cast`.")
@in_project
@as_json
def command(**given: Any) -> None:  # noqa: ANN401 - one parameter per flag
    """Call a vote on TOPIC and hold it among the agents."""
    with opened(given["project"]) as handle:
        result = _direct(handle, given) if given["direct"] else _held(handle, given)
    if given["as_json"]:
        print_json(result)
    elif given["direct"]:
        click.echo(f"{result['vote_id']}: open for ballots: `orkestra vote cast {result['vote_id']} CHOICE --as NAME`")
    else:
        click.echo(
            f"{result['vote_id']}: {result['decision']} ({result['consensus_level']}); "
            f"`orkestra vote explain {result['vote_id']}` shows how it was counted"
        )


def _direct(handle: OpenProject, given: dict[str, Any]) -> dict[str, Any]:
    from orkestra.committee.committee import Committee
    from orkestra.domain.votes import VoteType

    committee = Committee(handle)
    vote_id = committee.call_vote(
        given["topic"],
        given["context"],
        VoteType.MULTIPLE_CHOICE if given["options"] else VoteType.YES_NO,
        _names(given["voters"]),
        given["options"] or None,
        deadline_hours=given["hours"],
    )
    return committee.get_vote_result(vote_id)


def _held(handle: OpenProject, given: dict[str, Any]) -> dict[str, Any]:
    from orkestra.adapters.people.terminal import TerminalPerson
    from orkestra.cli.driving import drive
    from orkestra.cli.live import following
    from orkestra.committee.committee import Committee
    from orkestra.domain.protocol import DecisionKind, Protocol
    from orkestra.domain.votes import Agenda

    interactive = sys.stdin.isatty() and not given["as_json"]
    committee = Committee(handle, person=TerminalPerson() if interactive else None)
    vote_id = committee.create_vote(
        given["topic"],
        given["options"] or ("yes", "no"),
        given["context"] or committee.gather_context(given["topic"]),
        _names(given["voters"]),
        deadline_hours=given["hours"],
        agenda=Agenda(kind=DecisionKind(given["kind"]), area=given["area"], people=[YOU] if given["sit"] else []),
    )

    async def holding() -> dict[str, Any]:
        async with following(handle, quiet=given["as_json"]):
            if given["sit"] and not given["as_json"]:
                click.echo(f"your ballot: `orkestra vote cast {vote_id} CHOICE`, from another terminal")
            return await committee.aprocess_vote(vote_id, given["rounds"], protocol=Protocol(rounds=given["rounds"]))

    return drive(holding())


def _names(voters: str) -> list[str] | None:
    return [name.strip() for name in voters.split(",") if name.strip()] or None
