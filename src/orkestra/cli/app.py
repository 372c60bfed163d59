"""The command group: commands are imported when they are used, errors become one line and an exit code."""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import click

from orkestra.domain.errors import ConfigError, OrkestraError

INTERRUPTED: Final = 130
BROKEN: Final = 1

COMMANDS: Final = {
    "demo": "Watch a scripted crew plan and build a small program, in a minute, with no key.",
    "new": "Make a project, and plan it with the committee.",
    "run": "Do a piece of work on the git repository here; the result stands on a branch.",
    "plan": "Plan a piece of work on the git repository here, and stop there.",
    "resume": "Go on with a work that was planned, stopped, killed or blocked.",
    "history": "List the works done here, or show one with its sessions.",
    "start": "Work on the project until nothing is left to do; continues after any crash.",
    "status": "Show how far the project is.",
    "stop": "Ask the running orchestrator to stop; what is under way is continued by the next start.",
    "tasks": "List the tasks, or show one.",
    "vote": "Decide by vote: call, hold, cast, close, show, list, explain, verify.",
    "inbox": "Show the questions that wait for you, and answer them.",
    "doctor": "Look at what is here and what is missing, and say what to do about it.",
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and one line, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer needs them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"orkestra.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one, say which is nearest."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are: {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with `orkestra demo`. Each command explains itself: `orkestra new --help`.",
)
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.version_option(package_name="orkestra-ai", prog_name="orkestra")
def app(*, debug: bool) -> None:
    """Orkestra makes several AIs work as one team on a real project.

    A committee plans it with you and decides by counted votes, agents do the tasks at the same time in
    worktrees of their own, and what its tests have proven is merged and committed.
    """
    del debug  # read by `main`, where errors end


def main() -> None:
    """Run the command line and exit with the code of what happened."""
    try:
        _require_place_and_text()
        sys.exit(app.main(standalone_mode=False))  # None, or the code that a command ended with
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    except OrkestraError as error:
        sys.exit(_told(error, str(error), error.exit_code))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(BROKEN)
    except Exception as error:  # noqa: BLE001 - the last line of defence: one line, and --debug for the rest
        what = f"this is a bug in Orkestra: {type(error).__name__}: {error} (`orkestra --debug ...` shows where)"
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            what = f"there is no room to write what is to be shown or kept: {error}"
        sys.exit(_told(error, what, BROKEN))


def _require_place_and_text() -> None:
    try:
        Path.cwd()
    except FileNotFoundError:
        raise ConfigError("the present directory is not there any more: `cd` to another") from None
    for argument in sys.argv[1:]:
        if not argument.isascii() and any("\ud800" <= character <= "\udfff" for character in argument):
            raise click.UsageError(f"{argument!a} is not text in the encoding of this terminal")


def _told(error: Exception, what: str, code: int) -> int:
    if "--debug" in sys.argv:
        import traceback

        traceback.print_exception(error)
    from orkestra.domain.text import shown

    click.echo(f"orkestra: {shown(what)}", err=True)
    return code
