"""What may stand on a ballot and in a profile, and what is refused."""

from math import inf, nan

import pytest

from orkestra.counting.ballots import Preference, Profile, ranked, scored
from orkestra.domain.errors import InvalidVoteError


def test_marks_also_rank_and_equal_marks_are_level() -> None:
    ballot = scored("ada", {"red": 3, "green": 9, "blue": 3})

    assert ballot.tiers == (("green",), ("red", "blue"))


def test_an_abstention_takes_part_but_weighs_nothing() -> None:
    profile = Profile(("red", "green"), (ranked("ada", "red"), ranked("ben")))

    assert len(profile.preferences) == 2
    assert [each.voter for each in profile.voting] == ["ada"]
    assert profile.weight == 1


def test_by_heads_every_ballot_weighs_one() -> None:
    profile = Profile(("red", "green"), (ranked("ada", "red", weight=7), ranked("ben", "green", weight=0.5)))

    assert profile.weight == 7.5
    assert profile.by_heads().weight == 2


@pytest.mark.parametrize("weight", [nan, inf, -inf, -1.0])
def test_a_weight_is_a_number_from_zero_on(weight: float) -> None:
    with pytest.raises(InvalidVoteError, match="ballot of ada weighs"):
        ranked("ada", "red", weight=weight)


@pytest.mark.parametrize("mark", [nan, inf])
def test_a_mark_is_a_number(mark: float) -> None:
    with pytest.raises(InvalidVoteError, match="ballot of ada marks red with something else"):
        scored("ada", {"red": mark, "green": 1})


def test_a_ballot_names_an_option_once() -> None:
    with pytest.raises(InvalidVoteError, match="names red more than once"):
        ranked("ada", "red", "green", "red")


def test_a_tier_has_options() -> None:
    with pytest.raises(InvalidVoteError, match="leave it out"):
        Preference("ada", (("red",), ()))


def test_marks_alone_are_no_ranking() -> None:
    with pytest.raises(InvalidVoteError, match="make it with scored"):
        Preference("ada", scores={"red": 1})


def test_an_option_is_proposed_once() -> None:
    with pytest.raises(InvalidVoteError, match="proposed more than once: red"):
        Profile(("red", "green", "red"))


def test_only_options_stand_on_ballots() -> None:
    with pytest.raises(InvalidVoteError, match="the ballot of ada names pink; options: red, green"):
        Profile(("red", "green"), (ranked("ada", "pink"),))


def test_a_voter_votes_once() -> None:
    with pytest.raises(InvalidVoteError, match="more than one ballot from ada"):
        Profile(("red", "green"), (ranked("ada", "red"), ranked("ada", "green")))


def test_equal_rankings_are_counted_together() -> None:
    profile = Profile(("red", "green"), (ranked("ada", "red"), ranked("ben", "red", weight=2), ranked("cy", "green")))

    assert profile.groups == (((("red",),), 3.0), ((("green",),), 1.0))
