"""Votes as rows, and the record that people and git see of each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.stores.statements import statements
from orkestra.codec import dumps, loads, to_plain
from orkestra.committee.outcomes import decision_record
from orkestra.core.records import render_record, write_atomically
from orkestra.domain.clock import iso
from orkestra.domain.errors import VoteNotFoundError
from orkestra.domain.votes import Agenda, Ballot, Vote, VoteOption, VoteRound, VoteStatus, VoteType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Row

SQL: Final = statements("orkestra.committee", "votes.sql")
_SAID: Final = ("scores", "new_fact", "failure", "would_show", "experiment", "yielded")
"""What a ballot says beside its ranking and reason."""


class VoteLedger:
    """Reads and writes the votes of one project; every change also renews the vote's record."""

    def __init__(self, project: OpenProject) -> None:
        self._project = project
        self._store = project.store

    def create(self, vote: Vote) -> None:
        """Keep a new vote; one with the same id is left as it is."""
        with self._store.transaction() as write:
            created = write.execute(
                SQL["create"],
                {
                    "vote_id": vote.vote_id,
                    "topic": vote.topic,
                    "context": vote.context,
                    "vote_type": vote.vote_type,
                    "options": json.dumps([option.description for option in vote.options]),
                    "agents": json.dumps(vote.agents_required),
                    "deadline": vote.deadline,
                    "agenda": dumps(vote.agenda),
                    "at": self.now(),
                },
            )
            if created:
                options = {option.id: option.description for option in vote.options}
                self._project.story.tell(write, "vote.created", vote.vote_id, topic=vote.topic, options=options)
        self._renew(vote.vote_id)

    def find(self, vote_id: str) -> Vote:
        """Return a vote with its history; raise VoteNotFoundError when there is none."""
        rows = self._store.rows(SQL["vote"], {"vote_id": vote_id})
        if not rows:
            raise VoteNotFoundError(f"there is no vote {vote_id}; `orkestra vote list` shows them")
        return self._vote(rows[0])

    def all(self, status: str | None = None) -> list[Vote]:
        """Return the votes with that status, the newest first."""
        return [self._vote(row) for row in self._store.rows(SQL["list"], {"status": status})]

    def rounds(self, vote_id: str) -> list[VoteRound]:
        """Return the rounds of a vote with their ballots, in order."""
        ballots: dict[int, list[Ballot]] = {}
        for row in self._store.rows(SQL["ballots"], {"vote_id": vote_id}):
            ballots.setdefault(row["round"], []).append(_ballot(row))
        kept = {row["number"]: row for row in self._store.rows(SQL["rounds"], {"vote_id": vote_id})}
        return [
            VoteRound(
                number=number,
                ballots=tuple(ballots.get(number, ())),
                failures=json.loads(kept[number]["failures"]) if number in kept else {},
                nonsense=tuple(json.loads(kept[number]["nonsense"])) if number in kept else (),
                feedback=kept[number]["feedback"] if number in kept else "",
            )
            for number in sorted({*ballots, *kept})
        ]

    def kept(self, vote_id: str, round_number: int, ballot: Ballot) -> Ballot:
        """Keep a ballot and return it, or the one that the voter has cast in this round already."""
        if self.cast(vote_id, round_number, ballot):
            return ballot
        [held] = [each for each in self.rounds(vote_id) if each.number == round_number]
        return next(each for each in held.ballots if each.voter == ballot.voter)

    def cast(self, vote_id: str, round_number: int, ballot: Ballot) -> bool:
        """Keep a ballot; False when that voter has cast one in this round already."""
        with self._store.transaction() as write:
            kept = write.execute(
                SQL["cast"],
                {
                    "vote_id": vote_id,
                    "round": round_number,
                    "voter": ballot.voter,
                    "ranking": json.dumps(ballot.ranking),
                    "reasoning": ballot.reasoning,
                    "backend": ballot.backend,
                    "said": json.dumps({name: getattr(ballot, name) for name in _SAID}),
                    "at": self.now(),
                },
            )
            if kept:
                self._project.story.tell(
                    write, "vote.cast", vote_id, round=round_number, voter=ballot.voter, choice=ballot.choice
                )
        self._renew(vote_id)
        return bool(kept)

    def keep_round(self, vote_id: str, held: VoteRound) -> None:
        """Keep what belongs to a round beside its ballots: who could not answer and why, and what the user said."""
        kept = {
            "vote_id": vote_id,
            "number": held.number,
            "failures": json.dumps(dict(held.failures)),
            "nonsense": json.dumps(held.nonsense),
            "feedback": held.feedback,
        }
        with self._store.transaction() as write:
            write.execute(SQL["keep_round"], kept)
        self._renew(vote_id)

    def decide(self, vote_id: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
        """Close a vote with its outcome, write the outcome's record, and return it; a closed vote keeps its first."""
        with self._store.transaction() as write:
            vote = self.find(vote_id)
            if vote.outcome is None:
                decided = {**outcome, "decided_at": self.now()}
                given = {"vote_id": vote_id, "outcome": json.dumps(decided), "at": self.now()}
                write.execute(SQL["decide"], given)
                self._project.story.tell(write, "vote.decided", vote_id, decision=outcome["decision"])
        self._renew(vote_id)
        return self.find(vote_id).outcome or {}

    def renew_records(self) -> None:
        """Write every record that differs from the truth: after a crash, or somebody's edit."""
        for vote in self.all():
            self._renew(vote.vote_id)

    def now(self) -> str:
        """Return the present moment as ISO 8601."""
        return iso(self._project.clock.now())

    def _renew(self, vote_id: str) -> None:
        layout, vote = self._project.layout, self.find(vote_id)
        files = {layout.vote_record(vote_id): vote_record(vote)}
        if vote.outcome is not None:
            files[layout.outcome_record(vote_id)] = vote.outcome
            readable = decision_record(vote).encode()
            write_atomically(layout.outcome_record(vote_id).with_suffix(".md"), readable, scratch=layout.scratch)
        for path, content in files.items():
            write_atomically(path, render_record(content), scratch=layout.scratch)

    def _vote(self, row: Row) -> Vote:
        rounds = self.rounds(row["vote_id"])
        last = rounds[-1].ballots if rounds else ()
        return Vote(
            vote_id=row["vote_id"],
            topic=row["topic"],
            options=[_option(number, text, last) for number, text in enumerate(json.loads(row["options"]), 1)],
            context=row["context"],
            rounds=[_round_record(each) for each in rounds],
            agents_required=json.loads(row["agents"]),
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            status=VoteStatus(row["status"]),
            vote_type=VoteType(row["vote_type"]),
            deadline=row["deadline"],
            outcome=json.loads(row["outcome"]) if row["outcome"] else None,
            agenda=loads(row["agenda"], Agenda),
        )


def option_id(number: int) -> str:
    """Return the id of the n-th option, counted from 1."""
    return f"option_{number}"


def vote_record(vote: Vote) -> dict[str, Any]:
    """Return a vote as it stands in its record."""
    return {**vars(vote), "options": [vars(option) for option in vote.options], "agenda": to_plain(vote.agenda)}


def _option(number: int, text: str, ballots: tuple[Ballot, ...]) -> VoteOption:
    chosen = [ballot for ballot in ballots if ballot.choice == option_id(number)]
    return VoteOption(
        option_id(number), text, [each.voter for each in chosen], {each.voter: each.reasoning for each in chosen}
    )


def _ballot(row: Row) -> Ballot:
    return Ballot(
        voter=row["voter"],
        ranking=tuple(json.loads(row["ranking"])),
        reasoning=row["reasoning"],
        backend=row["backend"],
        **json.loads(row["said"]),
    )


def _round_record(each: VoteRound) -> dict[str, Any]:
    return {
        "number": each.number,
        "ballots": [{**vars(ballot), "choice": ballot.choice} for ballot in each.ballots],
        "failures": dict(each.failures),
        "nonsense": list(each.nonsense),
        "feedback": each.feedback,
    }
