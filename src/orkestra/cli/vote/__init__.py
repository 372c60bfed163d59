"""`orkestra vote`: call, hold, cast, close, show, list, explain, verify."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "call": "Call a vote and hold it among the agents, or leave it open for ballots (--direct).",
    "hold": "Go on with a vote that was interrupted.",
    "cast": "Cast a ballot, also from another terminal while the vote is held.",
    "close": "End a direct vote, by your word or by majority.",
    "show": "Show a vote with its rounds, ballots and reasons.",
    "list": "List the votes, the newest first.",
    "explain": "Show how a vote was counted: ballots, weights, and what every method would have chosen.",
    "verify": "Say which option turned out right: it gives weight to those who chose it.",
}


class VoteGroup(click.Group):
    """Imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a vote's life."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"orkestra.cli.vote.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group("vote", cls=VoteGroup)
def command() -> None:
    """Decide by vote: among the agents, with people as members, or by direct ballots.

    \b
      orkestra vote call "Which store?" -o SQLite -o Postgres
      orkestra vote call "Ship it?" --direct --with ada,bob
      orkestra vote cast vote_1a2b3c yes --as ada
      orkestra vote explain vote_1a2b3c
    """  # noqa: D301 - click reads the backspace
