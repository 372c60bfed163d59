"""What ballots amount to when the record says who was furthest ahead by the record."""

import pytest

from orkestra.committee.electing import Electorate, elect
from orkestra.counting.agreement import agreement
from orkestra.counting.weights import Outcome, Weights
from orkestra.domain.protocol import DecisionKind, Protocol
from orkestra.domain.votes import Agenda, Ballot, Vote, VoteOption

OPTIONS = ["option_1", "option_2"]
BALLOTS = [
    Ballot(voter="grok", ranking=("option_1",)),
    Ballot(voter="claude", ranking=("option_2",)),
    Ballot(voter="gemini", ranking=("option_2",)),
]


def vote(kind: DecisionKind) -> Vote:
    options = [VoteOption(each, each) for each in OPTIONS]
    return Vote(vote_id="vote_1", topic="How?", options=options, agenda=Agenda(kind=kind))


@pytest.mark.parametrize("kind", [DecisionKind.CHOICE, DecisionKind.FACT])
@pytest.mark.parametrize(("benefit", "winner"), [(0.5, "option_1"), (0.1, "option_2")])
def test_the_leader_is_followed_where_its_choice_is_nearly_as_probable(
    kind: DecisionKind, benefit: float, winner: str
) -> None:
    weights = Weights(common={"grok": 1.0, "claude": 0.6, "gemini": 0.6}, leader="grok", benefit=benefit, outcomes=50)

    election = elect(vote(kind), Electorate(options=OPTIONS, ballots=BALLOTS, weights=weights, eligible=3), Protocol())

    assert election.winner == winner
    assert ("furthest ahead by the record" in election.why) == (winner == "option_1")


def test_a_leader_that_cites_nothing_is_not_followed_in_a_vote_on_facts_where_others_do() -> None:
    weights = Weights(common={"grok": 1.0, "claude": 0.6, "gemini": 0.6}, leader="grok", benefit=5.0, outcomes=50)
    these = Electorate(options=OPTIONS, ballots=BALLOTS, weights=weights, eligible=3, citing=["claude"])

    election = elect(vote(DecisionKind.FACT), these, Protocol())

    assert (election.winner, election.method) == ("option_2", "weighted")
    assert election.sure < 0.6, "what the others know still makes us less sure"


def test_without_a_record_nobody_leads() -> None:
    these = Electorate(options=OPTIONS, ballots=BALLOTS, weights=Weights(), eligible=3)
    assert elect(vote(DecisionKind.CHOICE), these, Protocol()).winner == "option_2"


def test_whoever_never_meets_three_others_says_nothing_about_agreement() -> None:
    trio = [Outcome(kind="", answers={"a": "x", "b": "x", "c": "y"}, options=2) for _ in range(50)]
    alone = [Outcome(kind="", answers={"coder": "works"}, options=2, right="works")]

    assert agreement([*trio, *alone], ["a", "b", "c", "coder"]).start == [1.0] * 4


def test_four_who_meet_start_by_who_agrees_with_whom() -> None:
    four = [Outcome(kind="", answers={"a": "x", "b": "x", "c": "x", "d": "y"}, options=2) for _ in range(20)]

    a, b, c, d, coder = agreement(four, ["a", "b", "c", "d", "coder"]).start
    assert a == pytest.approx(b) == pytest.approx(c)
    assert a > 1.0 > d
    assert coder == 1.0
