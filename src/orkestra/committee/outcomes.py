"""The outcome of a vote as it is recorded: for machines a mapping, for people a decision record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orkestra.agents.prompting import Asking, render_prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.committee.electing import Election
    from orkestra.committee.ladder import Rung
    from orkestra.committee.trying import Trial
    from orkestra.domain.votes import Ballot, Vote, VoteRound


def outcome_of(
    vote: Vote, rounds: Sequence[VoteRound], ballots: Sequence[Ballot], election: Election, rung: Rung | None
) -> dict[str, Any]:
    """Return what was decided, by whom, how it was counted and why, as a mapping for the record."""
    chosen = rung.winner if rung else election.winner
    texts = {option.id: option.description for option in vote.options}
    backing = [ballot for ballot in ballots if ballot.choice == chosen]
    against = [ballot for ballot in ballots if ballot.choice != chosen]
    return {
        "vote_id": vote.vote_id,
        "topic": vote.topic,
        "kind": str(vote.agenda.kind),
        "decision": texts.get(chosen or "", "none of them"),
        "option_id": chosen,
        "consensus_level": str(election.level),
        "rounds": len(rounds),
        "reasoning": " ".join(f"{ballot.voter}: {ballot.reasoning}" for ballot in backing),
        "method": election.method,
        "why": vote.in_words(election.why),
        "counts": dict(election.counts),
        "share": round(election.share, 4),
        "voters": [ballot.voter for ballot in ballots],
        "backends": sorted({ballot.backend for ballot in ballots}),
        "weights": {voter: round(weight, 3) for voter, weight in election.weights.items()},
        "effective_voters": round(election.effective_voters, 2),
        "known_outcomes": election.outcomes,
        "sure": round(election.sure, 4),
        "methods": dict(election.methods),
        "depends_on_method": election.depends_on_method,
        "depends_on_weights": election.depends_on_weights,
        "set_aside": list(election.set_aside),
        "yielded": sorted({b.voter for held in rounds for b in held.ballots if b.yielded}),
        "dissent": {ballot.voter: ballot.reasoning for ballot in against},
        "watch": [watched(ballot, texts) for ballot in against],
        "failures": dict(rounds[-1].failures) if rounds else {},
        "tie_broken_by": election.tie_broken_by,
        "decided_by": rung.decided_by if rung else "",
        "compromise": rung.compromise if rung else "",
        "experiment": rung.experiment if rung else "",
    }


def settled_by_machine(vote: Vote, winner: str, trials: Mapping[str, Trial]) -> dict[str, Any]:
    """Return the outcome of a vote that needs no ballots: one option passed its trial, every other failed."""
    texts = {option.id: option.description for option in vote.options}
    failed = ", ".join(texts[option] for option, trial in trials.items() if trial.failed)
    return {
        "vote_id": vote.vote_id,
        "topic": vote.topic,
        "kind": str(vote.agenda.kind),
        "decision": texts[winner],
        "option_id": winner,
        "consensus_level": "unanimous",
        "rounds": 0,
        "reasoning": f"the only option that works: {failed} failed",
        "voters": [],
        "decided_by": "trial",
    }


def watched(ballot: Ballot, texts: Mapping[str, str]) -> dict[str, str]:
    """Return what an outvoted member wanted, and what would show it right."""
    choice = texts.get(ballot.choice, "nothing")
    return {"voter": ballot.voter, "choice": choice, "reasoning": ballot.reasoning, "sign": ballot.would_show}


def decision_record(vote: Vote) -> str:
    """Return the outcome as Markdown, in the form of an architecture decision record (Nygard 2011)."""
    outcome = vote.outcome or {}
    texts = {option.id: option.description for option in vote.options}
    methods = ", ".join(f"{m}: {texts.get(w or '', 'nobody')}" for m, w in outcome.get("methods", {}).items())
    asking = Asking(package="orkestra.committee", template="outcome.md.j2", purpose="outcome", subject=vote.topic)
    facts = {"context": vote.context, "options": list(texts.values()), "methods": methods}
    filled = {**_PLAIN, **outcome}
    return render_prompt(asking, "", {**facts, "outcome": filled}).text


_PLAIN: dict[str, Any] = {
    "decided_at": "",
    "decided_by": "",
    "voters": [],
    "consensus_level": "",
    "method": "",
    "reasoning": "",
    "why": "",
    "methods": {},
    "depends_on_method": False,
    "watch": [],
    "left_out": [],
}
