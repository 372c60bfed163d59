"""The engine of democracy over votes as the committee keeps them (FEATURES 2)."""

from pathlib import Path

import pytest

from orkestra.committee import Committee, VoteType
from orkestra.committee.ledger import VoteLedger
from orkestra.core import open_project
from orkestra.democracy import ConsensusMethod, DemocracyEngine, VotingRule
from orkestra.democracy.expertise import DOMAINS, domain_of, weight_of
from orkestra.domain.votes import Ballot
from orkestra.errors import ConsensusFailureError, Deadlock, InvalidVoteError, VoteNotFoundError
from orkestra.testing import ManualClock

VOTERS = ["claude", "chatgpt", "gemini", "copilot"]
COLOURS = ["red", "green", "blue"]
SPEED_AND_UPKEEP = {"speed": {"yes": 9, "no": 5}, "upkeep": {"yes": 4, "no": 4}}


@pytest.fixture
def committee(tmp_path: Path) -> Committee:
    return Committee(tmp_path)


@pytest.fixture
def democracy(tmp_path: Path) -> DemocracyEngine:
    return DemocracyEngine(str(tmp_path))


def held(committee: Committee, *choices: str, topic: str = "Ship?", voters: list[str] = VOTERS) -> str:
    """A yes/no vote with the first voters' ballots."""
    vote_id = committee.call_vote(topic, required_voters=voters)
    for voter, choice in zip(voters, choices, strict=False):
        committee.cast_vote(vote_id, voter, choice)
    return vote_id


def ranking(committee: Committee, *choices: str) -> str:
    vote_id = committee.call_vote("Colour?", "", VoteType.RANKED, VOTERS[: len(choices)], COLOURS)
    for voter, choice in zip(VOTERS, choices, strict=False):
        committee.cast_vote(vote_id, voter, choice)
    return vote_id


def test_two_of_three_pass_a_majority_and_fail_a_supermajority(
    committee: Committee, democracy: DemocracyEngine
) -> None:
    vote_id = held(committee, "yes", "yes", "no", voters=VOTERS[:3])

    majority = democracy.calculate_consensus(vote_id, VotingRule(ConsensusMethod.MAJORITY))
    supermajority = democracy.calculate_consensus(vote_id, VotingRule(ConsensusMethod.SUPERMAJORITY))

    assert (majority.decided, majority.winner, majority.option_id) == (True, "yes", "option_1")
    assert majority.shares == {"yes": pytest.approx(2 / 3), "no": pytest.approx(1 / 3)}
    assert majority.why == "decided: yes has 66.7% (needed: more than 50.0%)"
    assert not supermajority.decided
    assert supermajority.why == "not decided: yes leads with 66.7%, 75.0% is needed"


def test_the_turnout_is_that_of_all_who_were_asked(committee: Committee, democracy: DemocracyEngine) -> None:
    vote_id = held(committee, "yes", "yes")

    found = democracy.calculate_consensus(vote_id, VotingRule(ConsensusMethod.UNANIMOUS, min_participation=0.75))

    assert (found.decided, found.participation) == (False, 0.5)
    assert found.why == "not decided: 50.0% took part, 75.0% are needed"


def test_a_decision_reads_as_a_mapping_too(committee: Committee, democracy: DemocracyEngine) -> None:
    found = democracy.calculate_consensus(held(committee, "yes", "yes", "yes"))

    assert (found["decided"], found["winner"]) == (True, "yes")
    assert dict(found)["participation"] == 0.75
    with pytest.raises(KeyError):
        found["keys"]


def test_expertise_in_the_domain_of_the_topic_outweighs_heads(committee: Committee, democracy: DemocracyEngine) -> None:
    vote_id = held(committee, "yes", "no", "no", topic="Fix that bug now?", voters=["copilot", "claude", "chatgpt"])

    by_heads = democracy.calculate_consensus(vote_id)
    by_expertise = democracy.calculate_consensus(vote_id, VotingRule(weight_by_expertise=True))
    elsewhere = democracy.calculate_consensus(vote_id, VotingRule(ConsensusMethod.WEIGHTED), domain="content")

    assert (by_heads.winner, by_heads.weights["copilot"]) == ("no", 1)
    assert (by_expertise.decided, by_expertise.winner, by_expertise.domain) == (True, "yes", "code")
    assert by_expertise.weights == {"copilot": 2.0, "claude": 1.0, "chatgpt": 0.5}
    assert (elsewhere.winner, elsewhere.weights) == ("no", {"copilot": 0.5, "claude": 1.5, "chatgpt": 2.0})


def test_the_table_of_expertise() -> None:
    table = {voter: [weight_of(voter, domain) for domain in DOMAINS] for voter in [*VOTERS, "grok", "somebody"]}

    assert table == {
        "claude": [2.0, 1.5, 1.5, 1.5, 1.0],
        "chatgpt": [1.0, 2.0, 0.5, 1.0, 0.5],
        "gemini": [1.5, 0.5, 2.0, 1.0, 1.5],
        "copilot": [1.5, 0.5, 1.0, 1.0, 2.0],
        "grok": [1.0, 1.0, 1.0, 2.0, 1.0],
        "somebody": [1.0, 1.0, 1.0, 1.0, 1.0],
    }
    assert weight_of("claude") == 1.5
    with pytest.raises(InvalidVoteError, match="use one of: architecture, content"):
        weight_of("claude", "cooking")


@pytest.mark.parametrize(
    ("topic", "domain"),
    [
        ("Which database, and on which servers?", "cloud"),
        ("Fix the bug in the algorithm", "code"),
        ("The wording of the README", "content"),
        ("Lunch?", ""),
    ],
)
def test_the_domain_is_told_by_the_words_of_the_topic(topic: str, domain: str) -> None:
    assert domain_of(topic) == domain


def test_rankings_are_counted_whole(committee: Committee, democracy: DemocracyEngine) -> None:
    vote_id = ranking(committee, "red > green", "green > red", "red > blue")

    assert democracy.calculate_consensus(vote_id, VotingRule(ConsensusMethod.RANKED_CHOICE)).winner == "red"
    assert set(democracy.robustness(vote_id).winners.values()) == {"red", None}


def test_the_last_ballot_of_a_voter_counts(tmp_path: Path) -> None:
    with open_project(tmp_path) as project:
        vote_id, ledger = Committee(project).create_vote("Colour?", COLOURS, agents=VOTERS[:2]), VoteLedger(project)
        ledger.cast(vote_id, 1, Ballot(voter="claude", ranking=("option_1",)))
        ledger.cast(vote_id, 1, Ballot(voter="chatgpt", ranking=("option_2",)))
        ledger.cast(vote_id, 2, Ballot(voter="claude", ranking=("option_2",)))

        found = DemocracyEngine(project).calculate_consensus(vote_id, VotingRule(ConsensusMethod.UNANIMOUS))

    assert (found.decided, found.winner) == (True, "green")


def test_a_split_down_the_middle_is_a_deadlock(committee: Committee, democracy: DemocracyEngine) -> None:
    stuck = democracy.detect_deadlock(held(committee, "yes", "no", "no", "yes"))

    assert stuck is not None
    assert stuck.why == "split down the middle: half for yes, half for no"
    assert democracy.detect_deadlock(held(committee, "yes", "no", "yes")) is None


def test_a_compromise_costs_the_voters_least(committee: Committee, democracy: DemocracyEngine) -> None:
    vote_id = ranking(committee, "red > blue > green", "green > blue > red", "blue > green > red")

    best = democracy.suggest_compromises(vote_id)[0]

    assert (best.option, best.taken, best.alone) == ("blue", {"claude": "red", "chatgpt": "green"}, 4)


def test_a_compromise_by_scores_shows_its_arithmetic(committee: Committee, democracy: DemocracyEngine) -> None:
    vote_id = held(committee, "yes", "no", "no", "yes")

    best = democracy.suggest_compromises(vote_id, SPEED_AND_UPKEEP)[0]

    assert best.arithmetic == "yes: 9 (speed) + 4 (upkeep) = 13, alone 13"
    with pytest.raises(InvalidVoteError, match="'maybe' is not an option"):
        democracy.suggest_compromises(vote_id, {"speed": {"maybe": 1}})


def test_resolving_a_deadlock_by_scores_closes_the_vote(committee: Committee, democracy: DemocracyEngine) -> None:
    vote_id = held(committee, "yes", "no", "no", "yes")
    with pytest.raises(Deadlock, match="half for no; call resolve\\(\\) with scores that separate them, or a decision"):
        democracy.resolve(vote_id)
    with pytest.raises(Deadlock):
        democracy.resolve(vote_id, scores={"speed": {"yes": 1, "no": 1}})

    outcome = democracy.resolve(vote_id, scores=SPEED_AND_UPKEEP)

    assert (outcome["decision"], outcome["option_id"], outcome["decided_by"]) == ("yes", "option_1", "a compromise")
    assert committee.get_vote(vote_id).outcome == outcome
    assert democracy.resolve(vote_id, decision="no") == outcome


def test_a_person_decides_where_the_voters_can_not(committee: Committee, democracy: DemocracyEngine) -> None:
    outcome = democracy.resolve(held(committee, "yes", "no", "no", "yes"), decision="NO")

    assert (outcome["decision"], outcome["decided_by"]) == ("no", "a person")


def test_a_vote_that_a_rule_decides_needs_nobody_else(committee: Committee, democracy: DemocracyEngine) -> None:
    outcome = democracy.resolve(held(committee, "yes", "yes", "no"), VotingRule(ConsensusMethod.MAJORITY))

    assert (outcome["decision"], outcome["decided_by"]) == ("yes", "majority")


def test_a_vote_that_lacks_voters_is_not_resolved(committee: Committee, democracy: DemocracyEngine) -> None:
    with pytest.raises(ConsensusFailureError, match=r"25.0% took part, 50.0% are needed; call resolve"):
        democracy.resolve(held(committee, "yes"))


def test_votes_past_their_deadline_are_closed_by_the_rule(tmp_path: Path) -> None:
    clock = ManualClock()
    with open_project(tmp_path, clock=clock) as project:
        committee, democracy = Committee(project), DemocracyEngine(project)
        decided, open_, later = (
            committee.call_vote("Ship?", required_voters=VOTERS, deadline_hours=hours) for hours in (1, 1, 3)
        )
        for voter in VOTERS[:3]:
            committee.cast_vote(decided, voter, "yes")
        assert democracy.expired_votes() == []
        clock.advance(3600)

        assert {vote.vote_id for vote in democracy.expired_votes()} == {decided, open_}
        outcomes = {each["vote_id"]: each for each in democracy.close_expired()}

        assert outcomes[decided]["decision"] == "yes"
        assert outcomes[open_]["decision"] is None
        assert outcomes[open_]["reasoning"] == "closed at its deadline, not decided: nobody voted for an option"
        assert "**Nothing**" in project.layout.outcome_record(open_).with_suffix(".md").read_text("utf-8")
        assert democracy.expired_votes() == []
        assert committee.get_vote(later).outcome is None


def test_an_unknown_vote_is_named(democracy: DemocracyEngine) -> None:
    with pytest.raises(VoteNotFoundError, match="there is no vote vote_404"):
        democracy.calculate_consensus("vote_404")
