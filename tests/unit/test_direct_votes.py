"""Direct votes: ballots by name, and what is refused."""

from pathlib import Path

import pytest

from orkestra.committee import Committee, VoteType
from orkestra.core import open_project
from orkestra.errors import InvalidVoteError
from orkestra.testing import ManualClock

VOTERS = ["claude", "gemini", "grok", "copilot"]


@pytest.fixture
def committee(tmp_path: Path) -> Committee:
    return Committee(tmp_path)


def test_before_half_have_voted_nothing_is_decided(committee: Committee) -> None:
    vote_id = committee.call_vote("Ship?", required_voters=VOTERS)
    for voter in VOTERS[:2]:
        committee.cast_vote(vote_id, voter, "yes")

    assert committee.get_vote_result(vote_id)["decision"] is None
    committee.cast_vote(vote_id, "grok", "no")
    assert committee.get_vote_result(vote_id)["decision"] == "yes"


def test_a_tie_decides_nothing_and_is_named(committee: Committee) -> None:
    vote_id = committee.call_vote("Ship?", required_voters=VOTERS)
    for voter, choice in zip(VOTERS, ["yes", "no", "yes", "no"], strict=True):
        committee.cast_vote(vote_id, voter, choice)

    result = committee.get_vote_result(vote_id)

    assert (result["decision"], result["tied"]) == (None, ["yes", "no"])


@pytest.mark.parametrize(
    ("voter", "choice", "why"),
    [("bard", "yes", "no voter"), ("claude", "perhaps", "not an option"), ("grok", "yes", "has voted")],
)
def test_a_ballot_that_does_not_belong_is_refused(committee: Committee, voter: str, choice: str, why: str) -> None:
    vote_id = committee.call_vote("Ship?", required_voters=VOTERS)
    committee.cast_vote(vote_id, "grok", "no")

    with pytest.raises(InvalidVoteError, match=why):
        committee.cast_vote(vote_id, voter, choice)
    assert committee.get_vote_result(vote_id)["votes_cast"] == 1


def test_after_the_deadline_it_is_too_late(tmp_path: Path) -> None:
    clock = ManualClock()
    with open_project(tmp_path, clock=clock) as project:
        committee = Committee(project)
        vote_id = committee.call_vote("Ship?", required_voters=VOTERS, deadline_hours=1)
        committee.cast_vote(vote_id, "claude", "yes")
        clock.advance(3600)

        with pytest.raises(InvalidVoteError, match="too late"):
            committee.cast_vote(vote_id, "grok", "yes")


def test_when_all_have_voted_the_vote_is_closed(committee: Committee) -> None:
    vote_id = committee.call_vote("Ship?", required_voters=["claude"])
    committee.cast_vote(vote_id, "claude", "yes")

    with pytest.raises(InvalidVoteError, match="completed"):
        committee.cast_vote(vote_id, "claude", "no")
    assert committee.list_votes("completed")[0].outcome["decision"] == "yes"  # type: ignore[index]


def test_members_may_be_named_by_their_cards(committee: Committee) -> None:
    one, other, *_ = Committee.AGENTS
    vote_id = committee.call_vote("Ship it?", required_voters=[one, other])
    committee.cast_vote(vote_id, one, "yes")
    committee.cast_vote(vote_id, other.name, "yes")

    assert committee.get_vote_result(vote_id)["decision"] == "yes"


def test_a_ranking_names_each_option_once(committee: Committee) -> None:
    vote_id = committee.call_vote("Order?", "", VoteType.RANKED, ["claude", "grok"], ["a", "b", "c"])

    committee.cast_vote(vote_id, "claude", "c > a > b")
    with pytest.raises(InvalidVoteError, match="once"):
        committee.cast_vote(vote_id, "grok", ["a", "a"])


def test_no_agent_is_asked_in_a_direct_vote(committee: Committee) -> None:
    vote_id = committee.call_vote("Ship it?", required_voters=["claude", "grok"])
    committee.cast_vote(vote_id, "claude", "yes")

    with pytest.raises(InvalidVoteError, match="decided by its ballots"):
        committee.process_vote(vote_id)

    assert committee.get_vote_result(vote_id)["counts"] == {"yes": 1, "no": 0}


def test_nobody_casts_the_ballot_of_an_agent_that_is_asked(committee: Committee) -> None:
    vote_id = committee.create_vote("How?", ["rows", "columns"])

    with pytest.raises(InvalidVoteError, match=r"claude is no voter who casts a ballot .* its agents are asked"):
        committee.cast_vote(vote_id, "claude", "rows")
