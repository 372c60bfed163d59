"""Counting: the rules a vote can rely on."""

from hypothesis import given
from hypothesis import strategies as st

from orkestra.counting.plurality import level_of, tally
from orkestra.counting.thresholds import quorum_met
from orkestra.domain.votes import Ballot, ConsensusLevel

OPTIONS = ["option_1", "option_2", "option_3"]
choices = st.lists(st.sampled_from(OPTIONS), max_size=30)


def ballots(chosen: list[str]) -> list[Ballot]:
    return [Ballot(voter=f"voter-{number}", ranking=(choice,)) for number, choice in enumerate(chosen)]


def test_a_tie_goes_to_the_option_that_was_proposed_first_and_is_named() -> None:
    count = tally(ballots(["option_2", "option_1", "option_2", "option_1"]), OPTIONS)

    assert count.winner == "option_1"
    assert count.tied == ("option_1", "option_2")


def test_without_ballots_nobody_wins() -> None:
    assert tally([], OPTIONS).winner is None


def test_four_of_five_is_strong_and_three_of_four_is_split() -> None:
    assert level_of(5, 5) is ConsensusLevel.UNANIMOUS
    assert level_of(4, 5) is ConsensusLevel.STRONG
    assert level_of(3, 4) is ConsensusLevel.SPLIT


def test_half_is_no_quorum() -> None:
    assert not quorum_met(2, 4)
    assert quorum_met(3, 4)
    assert not quorum_met(0, 0)


@given(choices)
def test_every_ballot_counts_once(chosen: list[str]) -> None:
    count = tally(ballots(chosen), OPTIONS)

    assert sum(count.counts.values()) == count.voters == len(chosen)


@given(choices, st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_does_not_matter(chosen: list[str], chance: object) -> None:
    shuffled = list(chosen)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert tally(ballots(chosen), OPTIONS) == tally(ballots(shuffled), OPTIONS)


@given(choices.filter(bool))
def test_the_winner_has_as_many_votes_as_anyone(chosen: list[str]) -> None:
    count = tally(ballots(chosen), OPTIONS)

    assert count.winner is not None
    assert count.counts[count.winner] == max(count.counts.values())
    assert (count.level is ConsensusLevel.UNANIMOUS) == (len(set(chosen)) == 1)


@given(choices.filter(bool))
def test_one_more_vote_for_the_winner_never_makes_it_lose(chosen: list[str]) -> None:
    winner = tally(ballots(chosen), OPTIONS).winner

    assert tally(ballots([*chosen, str(winner)]), OPTIONS).winner == winner
