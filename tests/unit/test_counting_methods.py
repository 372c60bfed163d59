"""Each method of counting on an election small enough to check by hand."""

import pytest

from orkestra.counting.ballots import Preference, Profile, ranked, scored
from orkestra.counting.condorcet import margins, supports
from orkestra.counting.early import settled
from orkestra.counting.methods import METHODS, robustness
from orkestra.counting.results import BY_BORDA, BY_ORDER, Count
from orkestra.counting.veto import Objection, veto
from orkestra.domain.errors import InvalidVoteError

TENNESSEE = ("memphis", "nashville", "chattanooga", "knoxville")
"""A textbook election: 100 voters prefer the city that is nearest to them."""


def election(options: tuple[str, ...], *groups: tuple[int, str]) -> Profile:
    """A profile from groups such as (42, "memphis nashville"): the best first, level options joined by `=`."""
    rankings = [ranking.split() for voters, ranking in groups for _ in range(voters)]
    return Profile(
        options,
        tuple(
            Preference(f"voter {number}", tuple(tuple(tier.split("=")) for tier in ranking))
            for number, ranking in enumerate(rankings)
        ),
    )


def capital() -> Profile:
    return election(
        TENNESSEE,
        (42, "memphis nashville chattanooga knoxville"),
        (26, "nashville chattanooga knoxville memphis"),
        (15, "chattanooga knoxville nashville memphis"),
        (17, "knoxville chattanooga nashville memphis"),
    )


def count(method: str, profile: Profile) -> Count:
    return METHODS[method](profile)


@pytest.mark.parametrize(
    ("method", "winner", "share"),
    [
        ("unanimous", None, 0.42),
        ("supermajority", None, 0.42),
        ("majority", None, 0.42),
        ("plurality", "memphis", 0.42),
        ("weighted", "memphis", 0.42),
        ("ranked_choice", "knoxville", 0.58),
        ("borda", "nashville", 194 / 300),
        ("condorcet", "nashville", 0.58),
        ("copeland", "nashville", 0.58),
        ("approval", "nashville", 0.68),
        ("score", None, 0.0),
    ],
)
def test_the_capital_of_tennessee(method: str, winner: str | None, share: float) -> None:
    found = count(method, capital())

    assert found.winner == winner
    assert found.share == pytest.approx(share)


def test_plurality_counts_first_places() -> None:
    assert count("plurality", capital()).scores == {"memphis": 42, "nashville": 26, "chattanooga": 15, "knoxville": 17}


def test_ranked_choice_strikes_out_the_option_with_the_least_and_moves_its_ballots() -> None:
    rounds = count("ranked_choice", capital()).rounds

    assert [(each.struck, each.scores) for each in rounds] == [
        ("chattanooga", {"memphis": 42, "nashville": 26, "chattanooga": 15, "knoxville": 17}),
        ("nashville", {"memphis": 42, "nashville": 26, "knoxville": 32}),
        (None, {"memphis": 42, "knoxville": 58}),
    ]


def test_borda_gives_a_point_per_option_below() -> None:
    assert count("borda", capital()).scores == {"memphis": 126, "nashville": 194, "chattanooga": 173, "knoxville": 107}


def test_condorcet_shows_who_wins_how_many_duels() -> None:
    assert margins(supports(capital()))["nashville"] == {"memphis": 16, "chattanooga": 36, "knoxville": 36}
    assert count("condorcet", capital()).scores == {"memphis": -3, "nashville": 3, "chattanooga": 1, "knoxville": -1}


def test_schulze_resolves_a_cycle_at_its_weakest_duel() -> None:
    profile = election(("red", "green", "blue"), (4, "red green blue"), (3, "green blue red"), (2, "blue red green"))

    assert margins(supports(profile)) == {
        "red": {"green": 3, "blue": -1},
        "green": {"red": -3, "blue": 5},
        "blue": {"red": 1, "green": -5},
    }
    assert count("condorcet", profile).winner == "red"
    assert count("copeland", profile).tied == ("red", "green", "blue")


def test_schulzes_own_example() -> None:
    """45 voters and five options: Schulze 2011, example 1."""
    profile = election(
        ("a", "b", "c", "d", "e"),
        (5, "a c b e d"),
        (5, "a d e c b"),
        (8, "b e d a c"),
        (3, "c a b e d"),
        (7, "c a e b d"),
        (2, "c b a d e"),
        (7, "d c e b a"),
        (8, "e b a d c"),
    )

    assert count("condorcet", profile).winner == "e"


def test_approval_is_for_what_stands_above_the_ballots_own_average() -> None:
    profile = Profile(
        ("red", "green", "blue"),
        (scored("ada", {"red": 9, "green": 8, "blue": 1}), ranked("ben", "green", "red", "blue"), ranked("cy", "blue")),
    )

    assert count("approval", profile).scores == {"red": 1, "green": 2, "blue": 1}


def test_score_is_the_highest_average_mark_and_what_is_left_out_gets_the_lowest() -> None:
    profile = Profile(
        ("red", "green", "blue"),
        (
            scored("ada", {"red": 10, "green": 6, "blue": 0}),
            scored("ben", {"green": 8, "blue": 4}),
            ranked("cy", "red"),
        ),
    )

    found = count("score", profile)

    assert found.scores == {"red": 7, "green": 7, "blue": 2}
    assert (found.tied, found.winner, found.tie_broken_by) == (("red", "green"), "red", BY_BORDA)


def test_expertise_outweighs_heads() -> None:
    profile = Profile(
        ("red", "green"),
        (ranked("claude", "red", weight=2.0), ranked("grok", "green"), ranked("copilot", "green", weight=0.5)),
    )

    assert count("weighted", profile).winner == "red"
    assert count("weighted", profile).share == pytest.approx(2 / 3.5)
    assert count("weighted", profile.by_heads()).winner == "green"


@pytest.mark.parametrize("method", sorted(METHODS))
def test_without_a_vote_for_an_option_nobody_wins(method: str) -> None:
    assert count(method, Profile(("red", "green"))).winner is None
    assert count(method, Profile(("red", "green"), (ranked("ada"),))).winner is None
    assert count(method, Profile(("red", "green"), (ranked("ada", "red", weight=0.0),))).winner is None
    assert count(method, Profile(())).winner is None


@pytest.mark.parametrize("method", sorted(METHODS))
def test_the_only_option_wins(method: str) -> None:
    assert count(method, Profile(("red",), (scored("ada", {"red": 5}),))).winner == "red"


def test_half_a_ballot_for_each_of_two_level_first_options() -> None:
    profile = election(("red", "green", "blue"), (1, "red=green blue"), (1, "green"))

    assert count("plurality", profile).scores == {"red": 0.5, "green": 1.5, "blue": 0}
    assert count("borda", profile).scores == {"red": 2, "green": 3.5, "blue": 0.5}


def test_options_left_out_are_below_all_others_and_level() -> None:
    duels = supports(election(("red", "green", "blue"), (1, "green")))

    assert duels["green"] == {"red": 1, "blue": 1}
    assert (duels["red"]["blue"], duels["blue"]["red"]) == (0, 0)


def test_ranked_choice_gives_the_whole_ballot_to_whom_of_two_level_options_stays_in() -> None:
    profile = election(("red", "green", "blue"), (4, "red=green"), (3, "blue"), (1, "green blue"))

    found = count("ranked_choice", profile)

    assert found.rounds[0].scores == {"red": 2, "green": 3, "blue": 3}
    assert found.rounds[0].struck == "red"
    assert (found.winner, found.scores) == ("green", {"green": 5, "blue": 3})


def test_ranked_choice_leaves_ballots_aside_that_name_nobody_who_is_still_in() -> None:
    profile = election(("red", "green", "blue"), (4, "red"), (3, "green"), (2, "blue"))

    found = count("ranked_choice", profile)

    assert found.winner == "red"
    assert found.share == pytest.approx(4 / 7)


def test_of_tied_leaders_the_one_with_more_borda_points_wins() -> None:
    profile = election(("red", "green", "blue"), (2, "red blue green"), (2, "green red blue"), (1, "blue green red"))

    found = count("plurality", profile)

    assert found.tied == ("red", "green")
    assert (found.winner, found.tie_broken_by) == ("red", BY_BORDA)


def test_of_leaders_that_borda_ties_too_the_first_proposed_wins() -> None:
    profile = election(("red", "green"), (2, "green"), (2, "red"))

    found = count("plurality", profile)

    assert (found.winner, found.tied, found.tie_broken_by) == ("red", ("red", "green"), BY_ORDER)


def test_a_runoff_strikes_out_the_last_proposed_of_those_with_the_fewest_points() -> None:
    profile = election(("red", "green", "blue"), (2, "red"), (1, "green blue"), (1, "blue green"))

    first = count("ranked_choice", profile).rounds[0]

    assert (first.struck, first.level_with, first.tie_broken_by) == ("blue", ("green",), BY_ORDER)


def test_a_dead_heat_of_a_runoff_is_told() -> None:
    found = count("ranked_choice", election(("red", "green"), (2, "green"), (2, "red")))

    assert (found.winner, found.tied, found.tie_broken_by) == ("red", ("red", "green"), BY_ORDER)


def test_weights_that_differ_by_rounding_only_are_level() -> None:
    profile = Profile(
        ("red", "green"),
        (ranked("ada", "red", weight=0.1), ranked("ben", "red", weight=0.2), ranked("cy", "green", weight=0.3)),
    )

    assert count("plurality", profile).tied == ("red", "green")


def test_robustness_shows_the_winner_under_every_method() -> None:
    found = robustness(capital())

    assert found.winners["plurality"] == "memphis"
    assert found.winners["condorcet"] == "nashville"
    assert found.winners["ranked_choice"] == "knoxville"
    assert found.winners["majority"] is None
    assert (found.depends_on_method, found.depends_on_weights) == (True, False)


def test_a_clear_case_depends_on_nothing() -> None:
    found = robustness(election(("red", "green"), (4, "red"), (1, "green")))

    assert {winner for method, winner in found.winners.items() if winner} == {"red"}
    assert (found.tied, found.depends_on_method, found.depends_on_weights) == ((), False, False)


def test_robustness_tells_when_the_weights_decide() -> None:
    profile = Profile(("red", "green"), (ranked("ada", "red", weight=3), ranked("ben", "green"), ranked("cy", "green")))

    assert robustness(profile).depends_on_weights


def test_a_vote_is_settled_when_the_ballots_still_out_cannot_change_the_lead() -> None:
    three_to_one = election(("red", "green"), (3, "red"), (1, "green"))

    assert settled(three_to_one, 1)
    assert not settled(three_to_one, 2)  # they could make it a tie
    assert not settled(Profile(("red", "green")), 0)


def test_one_reproducible_objection_blocks_and_an_unreproducible_one_does_not() -> None:
    seen = Objection(voter="ada", reason="it loses rows", failure="pytest -k rows")
    felt = Objection(voter="ben", reason="I don't like it")

    assert veto([seen, felt]).blocked
    assert (veto([seen, felt]).by, veto([seen, felt]).set_aside) == ((seen,), (felt,))
    assert not veto([felt]).blocked
    assert not veto([]).blocked


def test_a_reviewer_counts_once_however_much_it_objects() -> None:
    twice = [Objection(voter="ada", reason=why, failure="make test") for why in ("slow", "wrong")]

    assert not veto(twice, needed=2).blocked
    assert veto([*twice, Objection(voter="ben", reason="wrong", failure="make test")], needed=2).blocked


def test_a_veto_of_nobody_is_refused() -> None:
    with pytest.raises(InvalidVoteError, match="at least one objection"):
        veto([], needed=0)
