"""Votes held as durable runs: begun once, gone on with under the same terms, ended once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orkestra.agents.crew import Crew
from orkestra.codec import from_plain
from orkestra.committee.deciding import Chamber, decide
from orkestra.committee.terms import Rules, Terms
from orkestra.domain.runs import RunStatus
from orkestra.engine.engine import Engine, is_driven

if TYPE_CHECKING:
    from collections.abc import Callable

    from orkestra.committee.ledger import VoteLedger
    from orkestra.committee.record import TrackRecord
    from orkestra.committee.trying import Bench
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person
    from orkestra.domain.votes import Vote
    from orkestra.engine.run import Run

RUN_KIND: Final = "vote"


def run_of(vote_id: str) -> str:
    """Return the id of the run that holds a vote."""
    return f"{RUN_KIND}:{vote_id}"


class Holding:
    """What votes of one project are held with."""

    def __init__(
        self,
        project: OpenProject,
        ledger: VoteLedger,
        crew: Crew | None,
        person: Person | None,
        bench: Bench,
        record: TrackRecord,
    ) -> None:
        self._project, self._ledger, self._bench, self._record = project, ledger, bench, record
        self._crew, self._person = crew, person
        self._engine = Engine(project, person)

    def begun(self, vote_id: str) -> Terms | None:
        """Return the terms of a vote that was interrupted, None for any other."""
        run = self._engine.journal.find(run_of(vote_id))
        return from_plain(run.input, Terms) if run and run.status is RunStatus.OPEN else None

    async def hold(self, vote: Vote, wanted: Terms, feedback: Callable[..., Any] | None) -> dict[str, Any]:
        """Hold a vote to its outcome; an interrupted one goes on under the terms that it began with."""
        rules = Rules(terms=self.begun(vote.vote_id) or wanted, feedback=feedback)
        chamber = Chamber(
            ledger=self._ledger,
            crew=self._crew or Crew.assemble(self._project),
            record=self._record,
            bench=self._bench,
            person=self._person is not None,
        )

        async def voting(run: Run) -> dict[str, Any]:
            return self._ledger.decide(vote.vote_id, await decide(run, chamber, vote, rules))

        return await self._engine.run(
            run_of(vote.vote_id), voting, kind=RUN_KIND, subject=vote.vote_id, returns=dict, given=rules.terms
        )

    async def conclude(self, vote_id: str, outcome: dict[str, Any]) -> dict[str, Any]:
        """Return the outcome of a decided vote; its run, if it was killed right after that, comes to its end."""
        run_id = run_of(vote_id)
        if not self.begun(vote_id) or is_driven(self._project, run_id):
            return outcome

        async def known(_: Run) -> dict[str, Any]:
            return self._ledger.decide(vote_id, outcome)

        return await self._engine.run(run_id, known, kind=RUN_KIND, subject=vote_id, returns=dict)
