"""The engine of democracy: stored votes counted by any rule; deadlocks, compromises, and votes that ran out of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orkestra.committee.ledger import VoteLedger
from orkestra.core.opening import InProject
from orkestra.counting.consensus import calculate
from orkestra.counting.deadlock import Compromise, Standstill, common_ground, compromises, deadlock
from orkestra.counting.methods import Robustness, robustness
from orkestra.democracy.decision import Decision
from orkestra.democracy.expertise import DOMAINS, domain_of, weight_of
from orkestra.democracy.stored import eligible, profile_of, text_of
from orkestra.domain.errors import ConsensusFailureError, Deadlock
from orkestra.domain.votes import ConsensusMethod, VoteStatus, VotingRule

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from orkestra.core.opening import OpenProject
    from orkestra.counting.ballots import Profile
    from orkestra.domain.votes import Vote

    Scores = Mapping[str, Mapping[str, float]]


MAJORITY: Final = VotingRule(ConsensusMethod.MAJORITY)


class DemocracyEngine(InProject):
    """Counts the votes of one project. Every `vote_id` that is unknown raises VoteNotFoundError.

    A `domain` of expertise is taken from the vote's topic and context unless it is given.
    """

    def __init__(self, root: str | os.PathLike[str] | OpenProject) -> None:
        super().__init__(root)
        self._ledger = VoteLedger(self._project)

    def calculate_consensus(self, vote_id: str, rule: VotingRule = MAJORITY, *, domain: str | None = None) -> Decision:
        """Return whether a rule decides the vote, for whom, with which shares and why; nothing is recorded."""
        vote = self._ledger.find(vote_id)
        by_expertise = rule.weight_by_expertise or rule.method is ConsensusMethod.WEIGHTED
        where = _domain(vote) if domain is None else domain
        profile = profile_of(vote, (lambda voter: weight_of(voter, where)) if by_expertise else _one)
        found = calculate(rule, profile, eligible(vote))
        chosen = vote.option(found.winner) if found.winner else None
        return Decision(
            vote_id=vote_id,
            method=rule.method,
            decided=found.decided,
            winner=found.winner,
            option_id=chosen.id if chosen else None,
            share=found.share,
            shares=found.shares,
            participation=found.participation,
            bar=found.bar,
            why=found.why,
            domain=where,
            weights={each.voter: each.weight for each in profile.preferences},
            tied=found.count.tied,
            tie_broken_by=found.count.tie_broken_by,
        )

    def robustness(self, vote_id: str, *, domain: str | None = None) -> Robustness:
        """Return the winner under every method by expertise, and whether it depends on the method or the weights."""
        vote = self._ledger.find(vote_id)
        where = _domain(vote) if domain is None else domain
        return robustness(profile_of(vote, lambda voter: weight_of(voter, where)))

    def detect_deadlock(self, vote_id: str) -> Standstill | None:
        """Return the options that the voters, each alike, can't separate; None when some rule separates them."""
        return deadlock(self._by_heads(vote_id))

    def suggest_compromises(
        self, vote_id: str, scores: Scores | None = None, weights: Mapping[str, float] | None = None
    ) -> list[Compromise]:
        """Return what could be agreed on, the best first, with the arithmetic.

        `scores` has for each criterion the score of each option (by id or text), `weights` how much a criterion counts.
        Without scores, the ballots tell what costs the voters least. Raises InvalidVoteError for an unknown option or
        a missing score.
        """
        if scores is None:
            return common_ground(self._by_heads(vote_id))
        vote = self._ledger.find(vote_id)
        named = {
            criterion: {text_of(vote, option): mark for option, mark in marks.items()}
            for criterion, marks in scores.items()
        }
        return compromises(named, weights)

    def resolve(
        self, vote_id: str, rule: VotingRule = MAJORITY, *, decision: str | None = None, scores: Scores | None = None
    ) -> dict[str, Any]:
        """Close a vote and return its outcome; one that is closed keeps its first.

        A person's `decision` (an option's id or text) stands; else the rule decides; else, in a deadlock, `scores` do
        (as for `suggest_compromises`): the option among the level ones that has the least to take over. Raises
        Deadlock where that leaves several, ConsensusFailureError where the vote lacks something else; both say what.
        """
        vote = self._ledger.find(vote_id)
        if vote.outcome is not None:
            return vote.outcome
        if decision is not None:
            return self._close(vote, text_of(vote, decision), "a person decided", "a person")
        found = self.calculate_consensus(vote_id, rule)
        if found.decided:
            return self._close(vote, found.winner, found.why, str(rule.method))
        stuck = self.detect_deadlock(vote_id)
        if stuck is None:
            raise ConsensusFailureError(f"{vote_id} is {found.why}; call resolve() with a decision, or another rule")
        offered = self.suggest_compromises(vote_id, scores) if scores else []
        best = _best([each for each in offered if each.option in stuck.options])
        if best is None:
            raise Deadlock(f"{vote_id}: {stuck.why}; call resolve() with scores that separate them, or a decision")
        return self._close(vote, best.option, best.arithmetic, "a compromise")

    def expired_votes(self) -> list[Vote]:
        """Return the active votes whose deadline has passed, the newest first."""
        now = self._ledger.now()
        return [each for each in self._ledger.all(VoteStatus.ACTIVE) if each.deadline and each.deadline <= now]

    def close_expired(self, rule: VotingRule = MAJORITY) -> list[dict[str, Any]]:
        """Close each expired vote by the rule and return the outcomes; what it leaves open has the decision None."""
        outcomes = []
        for vote in self.expired_votes():
            found = self.calculate_consensus(vote.vote_id, rule)
            why = f"closed at its deadline, {found.why}"
            outcomes.append(self._close(vote, found.winner if found.decided else None, why, "the deadline"))
        return outcomes

    def _by_heads(self, vote_id: str) -> Profile:
        return profile_of(self._ledger.find(vote_id), _one)

    def _close(self, vote: Vote, decision: str | None, reasoning: str, decided_by: str) -> dict[str, Any]:
        chosen = vote.option(decision) if decision else None
        return self._ledger.decide(
            vote.vote_id,
            {
                "vote_id": vote.vote_id,
                "topic": vote.topic,
                "decision": decision,
                "option_id": chosen.id if chosen else None,
                "reasoning": reasoning,
                "rounds": len(vote.rounds),
                "decided_by": decided_by,
            },
        )


def _domain(vote: Vote) -> str:
    """The domain that the vote is called in, else the one that its words are from."""
    return vote.agenda.area if vote.agenda.area in DOMAINS else domain_of(f"{vote.topic} {vote.context}")


def _one(_voter: str) -> float:
    return 1.0


def _best(offered: list[Compromise]) -> Compromise | None:
    """Return the one that is better than all others, None when there is none."""
    first, second = (*offered, None, None)[:2]
    if first is None or second is None:
        return first
    level = (len(first.taken), first.alone) == (len(second.taken), second.alone)
    return None if level else first
