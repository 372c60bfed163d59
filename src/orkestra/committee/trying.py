"""Ask the machine first: what can be run is run, and no vote overrides a failing check."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.repository import Repository
from orkestra.core.portal import in_thread
from orkestra.core.sandboxing import chosen_sandbox
from orkestra.domain.work import Command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox
    from orkestra.domain.votes import Ballot, Vote
    from orkestra.engine.run import Run

TRIAL_SECONDS: Final = 120.0
NOT_STARTED: Final = 127
_TAIL: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a command said on a clean checkout of the project: `digest` is the SHA-256 of its whole output."""

    command: str
    exit_code: int | None
    output: str
    digest: str

    @property
    def passed(self) -> bool:
        """Say whether it ended well."""
        return self.exit_code == 0

    @property
    def failed(self) -> bool:
        """Say whether it ran and ended badly; a command that can't be started shows nothing."""
        return self.exit_code not in {0, NOT_STARTED}


class Bench:
    """Where commands that members name are run: on a clean checkout, in the sandbox."""

    def __init__(self, project: OpenProject, sandbox: Sandbox | None = None) -> None:
        self.root = project.root
        self._project = project
        self._sandbox = sandbox

    def run(self, argv: Sequence[str]) -> Trial:
        """Return what a command says about the project as it stands on its main branch.

        Raises SafetyError where the settings require walls that this machine does not give.
        """
        self._sandbox = self._sandbox or chosen_sandbox(self._project)
        repository = Repository.open(self.root)
        with repository.checkout(repository.head()) as directory:
            ended = self._sandbox.run(Command(argv=tuple(argv), directory=directory, timeout=TRIAL_SECONDS))
        return Trial(
            command=shlex.join(argv),
            exit_code=ended.exit_code,
            output=ended.output[-_TAIL:],
            digest=hashlib.sha256(ended.output.encode()).hexdigest(),
        )


async def try_options(run: Run, bench: Bench, vote: Vote) -> dict[str, Trial]:
    """Return the trial of each option that has one, by option id; each is a step of the run."""
    tried: dict[str, Trial] = {}
    for option, argv in sorted(vote.agenda.trials.items()):

        async def trial(argv: Sequence[str] = tuple(argv)) -> Trial:
            return await in_thread(bench.run, argv)

        tried[option] = await run.step(f"trial of {option}", trial, returns=Trial)
    return tried


async def reproduce(run: Run, bench: Bench, ballots: Sequence[Ballot]) -> dict[str, Trial]:
    """Return what each objection's command showed, by voter; those without a command that can be read are left out."""
    shown: dict[str, Trial] = {}
    for ballot in ballots:
        argv = _words(ballot.failure)
        if not argv:
            continue

        async def trial(argv: Sequence[str] = tuple(argv)) -> Trial:
            return await in_thread(bench.run, argv)

        shown[ballot.voter] = await run.step(f"objection of {ballot.voter}", trial, returns=Trial)
    return shown


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []
