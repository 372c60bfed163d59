"""Our tallies beside those of pref_voting, on random profiles small enough that ties are common.

Where our rule breaks ties, the reference is told the same rule: ranked choice strikes out the option with the fewest
Borda points, then the one that was proposed last. Everywhere else the sets of winners are compared.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from pref_voting.c1_methods import copeland
from pref_voting.grade_methods import approval
from pref_voting.grade_profiles import GradeProfile
from pref_voting.iterative_methods import instant_runoff_put, instant_runoff_tb, split_irv_tb
from pref_voting.margin_based_methods import beat_path
from pref_voting.profiles import Profile as Strict
from pref_voting.profiles_with_ties import ProfileWithTies
from pref_voting.scoring_methods import borda, borda_for_profile_with_ties, plurality

from orkestra.counting.ballots import Preference, Profile, Tiers
from orkestra.counting.borda import borda_scores
from orkestra.counting.methods import METHODS

PROFILES: Final = 10_000
LINEAR: Final = 5_000

Rankings = Sequence[tuple[tuple[int, ...], ...]]


@dataclass(frozen=True)
class Case:
    """The same ballots for both: `options` are numbers there and their digits here."""

    options: int
    rankings: Rankings

    def ours(self) -> Profile:
        return Profile(
            tuple(map(str, range(self.options))),
            tuple(Preference(f"v{n}", as_text(ranking)) for n, ranking in enumerate(self.rankings)),
        )


def as_text(ranking: tuple[tuple[int, ...], ...]) -> Tiers:
    return tuple(tuple(map(str, tier)) for tier in ranking)


def winners(method: str, profile: Profile) -> list[int]:
    """All options that the method puts first, as the reference lists them."""
    count = METHODS[method](profile)
    return sorted(map(int, count.tied or ([] if count.winner is None else [count.winner])))


def chosen(profile: Profile) -> list[int]:
    """Who wins by ranked choice, ties broken."""
    winner = METHODS["ranked_choice"](profile).winner
    return [] if winner is None else [int(winner)]


def struck_first(profile: Profile) -> list[int]:
    """The tie rule of ranked choice as an order: whom to strike out first."""
    points = borda_scores(profile)
    return sorted(range(len(profile.options)), key=lambda option: (points[str(option)], -option))


def linear_cases() -> list[Case]:
    chance = random.Random(1785)
    cases = []
    for _ in range(LINEAR):
        options, voters = chance.randint(2, 5), chance.randint(1, 9)
        rankings = [tuple((each,) for each in chance.sample(range(options), options)) for _ in range(voters)]
        cases.append(Case(options, rankings))
    return cases


def tied_cases() -> list[Case]:
    """Ballots with level options and options left out."""
    chance = random.Random(1770)
    cases = []
    for _ in range(PROFILES - LINEAR):
        options, voters = chance.randint(2, 5), chance.randint(1, 7)
        cases.append(Case(options, [_weak(chance, options) for _ in range(voters)]))
    return cases


def _weak(chance: random.Random, options: int) -> tuple[tuple[int, ...], ...]:
    places = {option: chance.randint(0, options) for option in range(options)}
    places[chance.randrange(options)] = 0  # so that it is no abstention
    ranks = sorted(set(places.values()) - {options})  # the last place stands for being left out
    return tuple(tuple(option for option, place in places.items() if place == rank) for rank in ranks)


def disagreements(cases: list[Case], compare: Callable[[Case], dict[str, tuple[list[int], list[int]]]]) -> Counter[str]:
    """How often each method differs from the reference."""
    return Counter(name for case in cases for name, (ours, theirs) in compare(case).items() if ours != list(theirs))


def strict(case: Case) -> dict[str, tuple[list[int], list[int]]]:
    ours = case.ours()
    theirs = Strict([[tier[0] for tier in ranking] for ranking in case.rankings])
    return {
        "plurality": (winners("plurality", ours), plurality(theirs)),
        "borda": (winners("borda", ours), borda(theirs)),
        "copeland": (winners("copeland", ours), copeland(theirs)),
        "condorcet": (winners("condorcet", ours), beat_path(theirs)),
        "ranked_choice": (chosen(ours), instant_runoff_tb(theirs, tie_breaker=struck_first(ours))),
    }


def with_ties(case: Case) -> dict[str, tuple[list[int], list[int]]]:
    ours = case.ours()
    theirs = ProfileWithTies(
        [{option: place for place, tier in enumerate(ranking) for option in tier} for ranking in case.rankings],
        candidates=list(range(case.options)),
    )
    theirs.use_extended_strict_preference()  # what is left out is below what is named
    return {
        "borda": (winners("borda", ours), borda_for_profile_with_ties(theirs)),
        "copeland": (winners("copeland", ours), copeland(theirs)),
        "condorcet": (winners("condorcet", ours), beat_path(theirs)),
        "ranked_choice": (chosen(ours), split_irv_tb(theirs, tie_breaker=struck_first(ours))),
    }


def approvals(case: Case) -> dict[str, tuple[list[int], list[int]]]:
    """The first tier of each ballot is what it approves of."""
    first = [ranking[0] for ranking in case.rankings]
    theirs = GradeProfile([dict.fromkeys(tier, 1) for tier in first], [0, 1], candidates=list(range(case.options)))
    ours = Case(case.options, [(tier,) for tier in first]).ours()
    return {"approval": (winners("approval", ours), approval(theirs))}


@pytest.mark.slow
def test_strict_rankings_are_counted_as_pref_voting_counts_them() -> None:
    assert disagreements(linear_cases(), strict) == {}


@pytest.mark.slow
def test_level_and_partial_rankings_are_counted_as_pref_voting_counts_them() -> None:
    assert disagreements(tied_cases(), with_ties) == {}


@pytest.mark.slow
def test_approvals_are_counted_as_pref_voting_counts_them() -> None:
    assert disagreements(tied_cases(), approvals) == {}


def test_ranked_choice_elects_somebody_who_can_win_however_ties_are_broken() -> None:
    for case in linear_cases()[:500]:
        theirs = Strict([[tier[0] for tier in ranking] for ranking in case.rankings])
        assert chosen(case.ours())[0] in instant_runoff_put(theirs)


def test_the_profiles_have_ties() -> None:
    sample = [case.ours() for case in linear_cases()[:500]]
    for method in ("plurality", "borda", "copeland", "condorcet"):
        assert sum(len(winners(method, profile)) > 1 for profile in sample) > len(sample) / 20
