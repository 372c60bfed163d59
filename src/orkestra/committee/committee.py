"""The committee: votes are called, held among agents or by direct ballots, decided and recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from orkestra.committee.agendas import checked_agenda
from orkestra.committee.direct import ballot_for, check_options, distinct_options, result_of
from orkestra.committee.holding import Holding, run_of
from orkestra.committee.ledger import VoteLedger, option_id
from orkestra.committee.record import TrackRecord, turned_out
from orkestra.committee.searching import search_project
from orkestra.committee.terms import Terms
from orkestra.committee.trying import Bench
from orkestra.core.opening import InProject, OpenProject
from orkestra.core.portal import run_sync
from orkestra.domain.clock import iso
from orkestra.domain.errors import InvalidVoteError
from orkestra.domain.identity import new_id
from orkestra.domain.votes import Agenda, Agent, Vote, VoteOption, VoteStatus, VoteType

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from orkestra.agents.crew import Crew
    from orkestra.domain.ports import Person, Sandbox
    from orkestra.domain.protocol import Protocol


MOST_HOURS: Final = 100_000
"""Eleven years."""


class Committee(InProject):
    """The committee of one project, in `project_root`.

    `crew` replaces the crew that the settings name, `person` is whoever can break a deadlock here, `sandbox` is where
    options and objections are tried out.
    """

    AGENTS: ClassVar[list[Agent]] = [
        Agent("claude", "Architecture, design, user experience"),
        Agent("chatgpt", "Content, writing, product"),
        Agent("gemini", "Cloud, databases, scale"),
        Agent("copilot", "Code, deployment, tooling"),
        Agent("grok", "Innovation, research, analysis"),
    ]

    def __init__(
        self,
        project_root: str | os.PathLike[str] | OpenProject,
        crew: Crew | None = None,
        *,
        person: Person | None = None,
        sandbox: Sandbox | None = None,
    ) -> None:
        super().__init__(project_root)
        self._ledger = VoteLedger(self._project)
        self.record = TrackRecord(self._project)
        bench = Bench(self._project, sandbox)
        self._holding = Holding(self._project, self._ledger, crew, person, bench, self.record)

    def create_vote(
        self,
        topic: str,
        options: Sequence[str],
        context: str = "",
        agents: Sequence[str | Agent] | None = None,
        *,
        deadline_hours: float | None = None,
        agenda: Agenda | None = None,
    ) -> str:
        """Create a vote among agents (all five unless named) and return its id.

        `agenda` says what else is known: what kind of decision it is, who proposed which option, what can be run.
        Raises InvalidVoteError for an empty topic, fewer than two options, duplicates, and an agenda that names others.
        """
        return self._create(
            Vote(
                vote_id="",
                topic=topic,
                options=_numbered(distinct_options(options)),
                context=context,
                agents_required=_named(agents),
                agenda=self._as_set(agenda or Agenda()),
            ),
            deadline_hours,
        )

    def process_vote(
        self,
        vote_id: str,
        max_rounds: int = 5,
        user_feedback_callback: Callable[..., Any] | None = None,
        *,
        require_consensus: bool = False,
        protocol: Protocol | None = None,
    ) -> dict[str, Any]:
        """Ask the agents in rounds until they agree, and return the outcome.

        It has `decision`, `consensus_level` (unanimous, strong, split), `rounds` and `reasoning`, and how it was
        counted. `protocol` says which steps are taken, unless given those that the vote was called with; there are two
        rounds, up to five only while the callback gives feedback. Between split rounds the callback is called with the
        round, or with nothing if it takes nothing: text is feedback that all members see in the next round, False ends
        the vote with what there is.
        Raises VoteNotFoundError, NoQuorum when nobody could answer, and ConsensusFailureError for a vote that
        stays split although consensus is required. A crash loses no ballot: the same call goes on, under the terms that
        the vote began with.
        """
        return run_sync(
            self.aprocess_vote(
                vote_id,
                max_rounds,
                user_feedback_callback,
                require_consensus=require_consensus,
                protocol=protocol,
            )
        )

    async def aprocess_vote(
        self,
        vote_id: str,
        max_rounds: int = 5,
        user_feedback_callback: Callable[..., Any] | None = None,
        *,
        require_consensus: bool = False,
        protocol: Protocol | None = None,
    ) -> dict[str, Any]:
        """Do what `process_vote` does, awaitable."""
        vote = self._ledger.find(vote_id)
        if max_rounds < 1:
            raise InvalidVoteError(f"a vote takes at least one round, not {max_rounds}")
        if vote.agenda.direct:
            raise InvalidVoteError(
                f"{vote_id} is decided by its ballots: `orkestra vote cast {vote_id} CHOICE --as NAME`"
            )
        if vote.outcome is not None:
            return await self._holding.conclude(vote_id, vote.outcome)
        protocol = protocol or vote.agenda.protocol
        terms = Terms(
            max_rounds=max_rounds,
            rounds=protocol.rounds,
            without=protocol.left_out,
            with_feedback=user_feedback_callback is not None,
            require_consensus=require_consensus,
        )
        return await self._holding.hold(vote, terms, user_feedback_callback)

    async def resume(self, vote_id: str) -> dict[str, Any]:
        """Hold a vote, or go on with an interrupted one under the terms that it began with.

        Raises as `process_vote` does, and InvalidVoteError for a vote in which a user is heard between the rounds: it
        goes on where that user is.
        """
        begun = self._holding.begun(vote_id)
        if begun and begun.with_feedback:
            raise InvalidVoteError(f"{vote_id} waits for a word between its rounds: `orkestra start` goes on with it")
        return await self.aprocess_vote(vote_id)

    def call_vote(
        self,
        title: str,
        description: str = "",
        vote_type: VoteType | str = VoteType.YES_NO,
        required_voters: Sequence[str | Agent] | None = None,
        options: Sequence[str] | None = None,
        *,
        deadline_hours: float | None = None,
    ) -> str:
        """Call a direct vote (voters: all five unless named) and return its id; ballots come by `cast_vote`."""
        kind = VoteType(vote_type)
        chosen = check_options(kind, options)
        return self._create(
            Vote(
                vote_id="",
                topic=title,
                options=_numbered(chosen),
                context=description,
                agents_required=_named(required_voters),
                vote_type=kind,
                agenda=Agenda(direct=True),
            ),
            deadline_hours,
        )

    def cast_vote(self, vote_id: str, agent: str | Agent, choice: str | Sequence[str], reasoning: str = "") -> None:
        """Cast a voter's ballot: an option's id or text, in any case; a ranking for a RANKED vote.

        In a vote among agents, people who sit in it vote so, also while it is held.

        Raises VoteNotFoundError, or InvalidVoteError for an unknown voter or option, a second ballot, or a late one.
        """
        vote = self._ledger.find(vote_id)
        ballot = ballot_for(vote, _name(agent), choice, reasoning, self._ledger.now())
        if not self._ledger.cast(vote_id, 1, ballot):
            raise InvalidVoteError(f"{ballot.voter} has voted in {vote_id} already")
        result = self.get_vote_result(vote_id)
        if vote.agenda.direct and result["votes_cast"] == result["required"] and result["decision"] is not None:
            self.create_outcome(vote_id, result["decision"], "all voters have voted")

    def get_vote_result(self, vote_id: str) -> dict[str, Any]:
        """Return how a vote stands: `decision`, `counts`, `quorum_met`, `votes_cast`, `required`.

        The decision is None before the quorum (more than half of the voters), and at a tie.
        """
        vote = self._ledger.find(vote_id)
        rounds = self._ledger.rounds(vote_id)
        return result_of(vote, rounds[-1].ballots if rounds else ())

    def create_outcome(self, vote_id: str, decision: str, reasoning: str = "") -> dict[str, Any]:
        """Record what a vote decided and close it; return the outcome. The first outcome of a vote stands."""
        vote = self._ledger.find(vote_id)
        chosen = vote.option(decision)
        return self._ledger.decide(
            vote_id,
            {
                "vote_id": vote_id,
                "topic": vote.topic,
                "decision": chosen.description if chosen else decision,
                "option_id": chosen.id if chosen else None,
                "reasoning": reasoning,
                "rounds": len(vote.rounds),
            },
        )

    def list_votes(self, status: VoteStatus | str | None = None) -> list[Vote]:
        """Return the votes with that status (active, completed, cancelled), the newest first."""
        return self._ledger.all(None if status is None else VoteStatus(status))

    def get_vote(self, vote_id: str) -> Vote:
        """Return a vote with its history; raise VoteNotFoundError when there is none."""
        return self._ledger.find(vote_id)

    def gather_context(self, topic: str, max_results: int = 10) -> str:
        """Return what the project's files and git history say about a topic, the most relevant first.

        Every line cites `file:line` or a commit. What git ignores is left out, what looks like a secret masked.
        """
        return search_project(self._project.root, topic, max_results)

    def verify(self, vote_id: str, right: str, source: str = "override") -> None:
        """Note which option of a decided vote turned out right: the voters' weights in the next vote follow from it.

        `source` says who knows: tests, revert, override (a person), review. Raises VoteNotFoundError, or
        InvalidVoteError for an option that it does not have, an open vote, and one that is verified already.
        """
        vote = self._ledger.find(vote_id)
        option = vote.option(right)
        if option is None:
            raise InvalidVoteError(f"{right!r} is not an option of {vote_id}")
        if vote.outcome is None:
            raise InvalidVoteError(f"{vote_id} is not decided yet: nothing can have turned out right")
        noted = self.record.note(run_of(vote_id), source, turned_out(vote, self._ledger.rounds(vote_id), option.id))
        if not noted:
            raise InvalidVoteError(f"{vote_id} is verified already; what turned out right counts once")

    def _as_set(self, agenda: Agenda) -> Agenda:
        """The agenda with what the settings leave out, as they are now: the vote is held so whenever it is held."""
        return replace(agenda, without=agenda.protocol.without(*self._project.settings.vote_without).left_out)

    def _create(self, draft: Vote, hours: float | None) -> str:
        if not draft.topic.strip():
            raise InvalidVoteError("a vote needs a topic: say what is to be decided")
        if hours is not None and not 0 <= hours <= MOST_HOURS:  # NaN is not between them either
            raise InvalidVoteError(f"a vote closes in 0 to {MOST_HOURS:,} hours, not in {hours:g}")
        now = self._project.clock.now()
        vote = replace(
            draft,
            vote_id=draft.agenda.key or new_id("vote"),
            agents_required=[*dict.fromkeys((*draft.agents_required, *draft.agenda.people))],
            agenda=checked_agenda(draft),
            deadline=None if hours is None else iso(now + timedelta(hours=hours)),
        )
        self._ledger.create(vote)
        return vote.vote_id


def _numbered(options: Sequence[str]) -> list[VoteOption]:
    return [VoteOption(option_id(number), text) for number, text in enumerate(options, 1)]


def _named(agents: Sequence[str | Agent] | None) -> list[str]:
    return [_name(agent) for agent in agents or Committee.AGENTS]


def _name(agent: str | Agent) -> str:
    return agent if isinstance(agent, str) else agent.name
