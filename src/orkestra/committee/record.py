"""The members' record: verified outcomes, and the weights that follow from them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from orkestra.adapters.stores.statements import statements
from orkestra.committee.standing import standing
from orkestra.counting.learning import learn
from orkestra.counting.weights import Outcome, Weights
from orkestra.domain.clock import iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.votes import Vote, VoteRound

SQL: Final = statements("orkestra.committee", "record.sql")
NEWEST: Final = 5_000
"""How many outcomes are learnt from: members change, and what they did long ago says little."""

ABSTAINED: Final = ""
"""Stands in the kept answers for the option of a voter who chose none."""

WORKS: Final = "works"
FAILS: Final = "fails"


def turned_out(vote: Vote, rounds: Sequence[VoteRound], right: str) -> Outcome:
    """Return what a vote teaches about its voters, now that an option has turned out right.

    Who answered nothing but nonsense counts as having chosen none; who could not be reached is left out.
    """
    asked = dict.fromkeys((voter for held in rounds for voter in held.nonsense), ABSTAINED)
    choices = {**asked, **{ballot.voter: ballot.choice or ABSTAINED for ballot in standing(rounds)}}
    return _outcome(choices, kind=vote.agenda.area, options=len(vote.options), right=right)


def _outcome(kept: Mapping[str, str], *, kind: str, options: int, right: str) -> Outcome:
    return Outcome(
        kind=kind,
        answers={voter: option for voter, option in kept.items() if option != ABSTAINED},
        options=options,
        right=right,
        abstained=tuple(voter for voter, option in kept.items() if option == ABSTAINED),
    )


class TrackRecord:
    """What turned out right in one project, and who had said so."""

    def __init__(self, project: OpenProject) -> None:
        self._project = project

    def note(self, key: str, source: str, outcome: Outcome) -> bool:
        """Keep an outcome; False when that `key` is kept already. `source` is tests, revert, override or review."""
        with self._project.store.transaction(durable=False) as write:  # derived from what is recorded elsewhere
            kept = write.execute(
                SQL["note"],
                {
                    "key": key,
                    "source": source,
                    "area": outcome.kind,
                    "answers": json.dumps({**outcome.answers, **dict.fromkeys(outcome.abstained, ABSTAINED)}),
                    "options": outcome.options,
                    "known": outcome.right,
                    "at": iso(self._project.clock.now()),
                },
            )
            if kept:
                self._project.story.tell(write, "outcome.known", key, source=source, area=outcome.kind)
        return bool(kept)

    def claimed_to_work(self, key: str, agent: str, area: str, *, passed: bool) -> bool:
        """Keep what tests said about an agent's work, which it had handed in as working."""
        known = WORKS if passed else FAILS
        return self.note(key, "tests", Outcome(kind=area, answers={agent: WORKS}, options=2, right=known))

    def outcomes(self) -> list[Outcome]:
        """Return the newest outcomes, the oldest first."""
        rows = self._project.store.rows(SQL["newest"], {"limit": NEWEST})
        return [
            _outcome(json.loads(row["answers"]), kind=row["area"], options=row["options"], right=row["known"])
            for row in rows
        ]

    def weights(self) -> Weights:
        """Return what each member's vote weighs by its record; without outcomes all weigh the same.

        Ballots that nobody has verified add nothing: agreement alone would let a majority silence its dissenters.
        """
        return learn(self.outcomes())

    def score(self) -> Mapping[str, tuple[int, int]]:
        """Return for each member how often it was right, and how often it was asked and could be reached."""
        score: dict[str, tuple[int, int]] = {}
        for outcome in self.outcomes():
            for member in (*outcome.answers, *outcome.abstained):
                right, all_ = score.get(member, (0, 0))
                score[member] = right + (outcome.answers.get(member) == outcome.right), all_ + 1
        return score
