"""What every method of counting promises, on profiles with ties, left-out options, weights and abstentions."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orkestra.counting.ballots import Preference, Profile, Tiers, ranked
from orkestra.counting.condorcet import margins, supports
from orkestra.counting.methods import METHODS
from orkestra.counting.results import BY_ORDER, Count

NAMES = ("red", "green", "blue", "white", "black")
SCORED = {"score"}  # needs marks; these ballots only rank
RANKING = sorted(METHODS.keys() - SCORED)
CONDORCET = ["condorcet", "copeland"]
MONOTONE = ["plurality", "weighted", "borda", "copeland", "approval", "unanimous", "supermajority", "majority"]
"""Where raising the winner on a ballot can't make it lose, ties included; Schulze promises it of the tied as a set,
ranked choice does not promise it at all."""


def tiers_of(places: Mapping[str, int | None]) -> Tiers:
    used = sorted({place for place in places.values() if place is not None})
    return tuple(tuple(option for option, place in places.items() if place == each) for each in used)


@st.composite
def profiles(draw: st.DrawFn, least: int = 1) -> Profile:
    options = NAMES[: draw(st.integers(least, len(NAMES)))]
    place = st.none() | st.integers(0, len(options))
    rankings = draw(st.lists(st.lists(place, min_size=len(options), max_size=len(options)), max_size=9))
    weights = draw(
        st.lists(st.sampled_from([1.0, 1.0, 2.0, 0.5, 1.5, 0.1, 0.3]), min_size=len(rankings), max_size=len(rankings))
    )
    return Profile(
        options,
        tuple(
            Preference(f"voter {number}", tiers_of(dict(zip(options, ranking, strict=True))), weight=weight)
            for number, (ranking, weight) in enumerate(zip(rankings, weights, strict=True))
        ),
    )


def first(count: Count) -> set[str]:
    """All options that the method itself puts first."""
    return set(count.tied) or {count.winner} - {None}  # type: ignore[return-value]


@given(profile=profiles(), data=st.data())
def test_anonymity_who_cast_a_ballot_and_when_does_not_matter(profile: Profile, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(profile.preferences))
    renamed = tuple(replace(each, voter=f"somebody {number}") for number, each in enumerate(shuffled))

    for method in METHODS.values():
        assert method(Profile(profile.options, renamed)) == method(profile)


@given(profile=profiles(), data=st.data())
def test_neutrality_names_and_order_of_the_options_matter_only_where_order_breaks_a_tie(
    profile: Profile, data: st.DataObject
) -> None:
    new = dict(zip(profile.options, data.draw(st.permutations(profile.options)), strict=True))
    others = tuple(
        replace(each, tiers=tuple(tuple(new[option] for option in tier) for tier in each.tiers))
        for each in profile.preferences
    )

    for name, method in METHODS.items():
        before, after = method(profile), method(Profile(profile.options, others))
        if all(each.tie_broken_by != BY_ORDER for each in before.rounds):
            assert first(after) == {new[option] for option in first(before)}, name
            if before.winner is not None and before.tie_broken_by != BY_ORDER:
                assert after.winner == new[before.winner], name


@given(profile=profiles(), data=st.data())
def test_unanimity_whom_all_put_first_wins(profile: Profile, data: st.DataObject) -> None:
    assume(profile.voting)
    favourite = data.draw(st.sampled_from(profile.options))
    agreeing = tuple(_raised(each, favourite, len(each.tiers)) for each in profile.voting)

    for method in RANKING:
        assert METHODS[method](Profile(profile.options, agreeing)).winner == favourite, method


@given(profile=profiles(least=2))
def test_condorcet_who_wins_every_duel_wins(profile: Profile) -> None:
    duels = margins(supports(profile))
    champion = [one for one, rivals in duels.items() if all(margin > 1e-6 for margin in rivals.values())]
    assume(champion)

    for method in CONDORCET:
        count = METHODS[method](profile)
        assert ([count.winner], count.tied) == (champion, ()), method


@given(profile=profiles(least=2), data=st.data())
def test_monotonicity_a_winner_that_a_voter_raises_still_wins(profile: Profile, data: st.DataObject) -> None:
    assume(profile.voting)
    voter, steps = data.draw(st.sampled_from(profile.voting)), data.draw(st.integers(1, len(profile.options)))

    for method in (*MONOTONE, "condorcet"):
        winner = METHODS[method](profile).winner
        if winner is not None:
            better = _raised(voter, winner, steps)
            ballots = tuple(better if each is voter else each for each in profile.preferences)
            count = METHODS[method](Profile(profile.options, ballots))
            assert winner in (first(count) if method == "condorcet" else {count.winner}), method


def test_ranked_choice_does_not_promise_monotonicity() -> None:
    """Two voters raise red from the second place to the first, and red loses to blue."""
    others = ["red blue green"] * 6 + ["green blue red"] * 4 + ["blue red green"] * 5

    assert _runoff([*others, *["green red blue"] * 2]) == "red"
    assert _runoff([*others, *["red green blue"] * 2]) == "blue"


@given(profile=profiles(), factor=st.floats(1e-3, 1e6))
def test_weights_have_no_unit(profile: Profile, factor: float) -> None:
    scaled = tuple(replace(each, weight=each.weight * factor) for each in profile.preferences)

    for name, method in METHODS.items():
        before, after = method(profile), method(Profile(profile.options, scaled))
        assert (after.winner, after.tied, after.tie_broken_by) == (before.winner, before.tied, before.tie_broken_by), (
            name
        )
        assert after.share == pytest.approx(before.share), name


def _raised(ballot: Preference, option: str, steps: int) -> Preference:
    """The ballot with an option alone in a tier of its own, so many tiers above where it stood."""
    stood = next((at for at, tier in enumerate(ballot.tiers) if option in tier), len(ballot.tiers))
    tiers = [tuple(each for each in tier if each != option) for tier in ballot.tiers]
    tiers.insert(max(stood - steps + (stood < len(ballot.tiers)), 0), (option,))
    return replace(ballot, tiers=tuple(tier for tier in tiers if tier))


def _runoff(rankings: list[str]) -> str | None:
    ballots = tuple(ranked(f"voter {number}", *each.split()) for number, each in enumerate(rankings))
    return METHODS["ranked_choice"](Profile(("red", "green", "blue"), ballots)).winner
