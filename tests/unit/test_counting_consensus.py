"""When a rule makes a decision of the ballots (FEATURES M2.1, M2.2)."""

from math import nan

import pytest

from orkestra.counting.ballots import Profile, ranked
from orkestra.counting.consensus import calculate
from orkestra.counting.deadlock import common_ground, compromises, deadlock, deadlocked
from orkestra.counting.methods import METHODS
from orkestra.domain.errors import InvalidVoteError
from orkestra.domain.votes import ConsensusMethod, VotingRule

YES_NO = ("yes", "no")


def votes(yes: int, no: int = 0, abstain: int = 0) -> Profile:
    choices = [("yes",)] * yes + [("no",)] * no + [()] * abstain
    return Profile(YES_NO, tuple(ranked(f"voter {number}", *choice) for number, choice in enumerate(choices)))


@pytest.mark.parametrize(
    ("method", "yes", "no", "decided"),
    [
        ("majority", 2, 1, True),
        ("supermajority", 2, 1, False),
        ("supermajority", 3, 1, True),
        ("supermajority", 74, 26, False),
        ("majority", 2, 2, False),
        ("majority", 51, 49, True),
        ("unanimous", 5, 0, True),
        ("unanimous", 4, 1, False),
        ("plurality", 2, 1, True),
        ("ranked_choice", 2, 1, True),
        ("weighted", 2, 1, True),
    ],
)
def test_each_method_has_its_bar(method: str, yes: int, no: int, *, decided: bool) -> None:
    found = calculate(VotingRule(ConsensusMethod(method)), votes(yes, no), eligible=yes + no)

    assert found.decided is decided
    assert found.winner == "yes"
    assert found.shares == {"yes": yes / (yes + no), "no": no / (yes + no)}


@pytest.mark.parametrize("method", list(ConsensusMethod))
def test_a_tie_decides_nothing(method: ConsensusMethod) -> None:
    assert not calculate(VotingRule(method), votes(2, 2), eligible=4).decided


def test_a_plurality_of_less_than_half_decides() -> None:
    profile = Profile(("a", "b", "c"), tuple(ranked(f"voter {n}", choice) for n, choice in enumerate("aabbaccb" + "a")))

    found = calculate(VotingRule(ConsensusMethod.PLURALITY), profile, eligible=9)

    assert (found.decided, found.winner) == (True, "a")
    assert found.share == pytest.approx(4 / 9)
    assert not calculate(VotingRule(ConsensusMethod.MAJORITY), profile, eligible=9).decided


def test_the_bar_is_the_higher_of_the_methods_and_the_quorums() -> None:
    assert calculate(VotingRule(ConsensusMethod.MAJORITY, quorum=0.6), votes(2, 1), eligible=3).decided
    assert not calculate(VotingRule(ConsensusMethod.MAJORITY, quorum=0.7), votes(2, 1), eligible=3).decided
    assert not calculate(VotingRule(ConsensusMethod.SUPERMAJORITY, quorum=0.6), votes(2, 1), eligible=3).decided
    assert calculate(VotingRule(ConsensusMethod.PLURALITY, quorum=0.5), votes(2, 2), eligible=4).bar == 0.5


def test_too_few_voters_decide_nothing_however_much_they_agree() -> None:
    rule = VotingRule(ConsensusMethod.UNANIMOUS, min_participation=0.6)

    two, three = calculate(rule, votes(2), eligible=5), calculate(rule, votes(3), eligible=5)

    assert not two.decided
    assert two.why == "not decided: 40.0% took part, 60.0% are needed"
    assert three.decided


def test_an_abstention_takes_part_but_is_no_vote() -> None:
    found = calculate(VotingRule(ConsensusMethod.UNANIMOUS, min_participation=0.8), votes(3, abstain=2), eligible=5)

    assert (found.decided, found.participation, found.share) == (True, 1.0, 1.0)


def test_nobody_voting_is_no_decision() -> None:
    found = calculate(VotingRule(min_participation=0), votes(0, abstain=2), eligible=2)

    assert (found.decided, found.winner) == (False, None)
    assert found.why == "not decided: nobody voted for an option"


def test_expertise_counts_where_the_rule_says_so() -> None:
    profile = Profile(
        YES_NO, (ranked("claude", "yes", weight=2), ranked("grok", "no"), ranked("gemini", "no", weight=0.5))
    )

    by_heads = calculate(VotingRule(), profile, eligible=3)
    by_expertise = calculate(VotingRule(weight_by_expertise=True), profile, eligible=3)

    assert (by_heads.winner, by_expertise.winner) == ("no", "yes")
    assert by_heads.share == pytest.approx(2 / 3)
    assert by_expertise.share == pytest.approx(4 / 7)
    assert calculate(VotingRule(ConsensusMethod.WEIGHTED), profile, eligible=3).winner == "yes"


def test_why_is_said_in_words() -> None:
    assert calculate(VotingRule(), votes(2, 1), eligible=3).why == "decided: yes has 66.7% (needed: more than 50.0%)"
    assert calculate(VotingRule(ConsensusMethod.SUPERMAJORITY), votes(2, 1), eligible=3).why == (
        "not decided: yes leads with 66.7%, 75.0% is needed"
    )
    assert calculate(VotingRule(ConsensusMethod.PLURALITY), votes(1, 1), eligible=2).why == (
        "not decided: yes and no are level"
    )


def test_more_ballots_than_voters_are_refused() -> None:
    with pytest.raises(InvalidVoteError, match="3 ballots from 2 eligible voters"):
        calculate(VotingRule(), votes(3), eligible=2)


@pytest.mark.parametrize("share", [nan, -0.1, 1.1, "half"])
def test_a_rule_takes_shares_from_0_to_1(share: float) -> None:
    with pytest.raises(InvalidVoteError, match="quorum is a share from 0 to 1"):
        VotingRule(quorum=share)


def test_a_rule_may_name_its_method_in_text() -> None:
    assert VotingRule("plurality").method is ConsensusMethod.PLURALITY  # type: ignore[arg-type]
    with pytest.raises(InvalidVoteError, match="is no method of counting; use one of: unanimous"):
        VotingRule("dice")  # type: ignore[arg-type]


def test_a_vote_split_down_the_middle_is_deadlocked() -> None:
    found = deadlock(votes(2, 2))

    assert found is not None
    assert (found.options, found.why) == (YES_NO, "split down the middle: half for yes, half for no")


def test_a_vote_that_no_rule_separates_is_deadlocked() -> None:
    profile = Profile(
        ("a", "b", "c"), (ranked("x", "a", "b", "c"), ranked("y", "b", "c", "a"), ranked("z", "c", "a", "b"))
    )

    found = deadlock(profile)

    assert found is not None
    assert found.why == "no rule separates a, b, c"
    assert deadlocked(METHODS["plurality"](profile))


def test_a_tie_that_second_choices_break_is_no_deadlock() -> None:
    profile = Profile(("a", "b", "c"), (ranked("x", "a", "b"), ranked("y", "b", "a"), ranked("z", "c", "a")))

    assert deadlock(profile) is None
    assert deadlock(votes(2, 1)) is None
    assert deadlock(votes(0)) is None


def test_a_compromise_takes_from_each_option_what_it_is_best_at() -> None:
    scores = {
        "speed": {"sqlite": 6, "postgres": 9, "files": 3},
        "upkeep": {"sqlite": 9, "postgres": 4, "files": 7},
        "safety": {"sqlite": 8, "postgres": 8, "files": 2},
    }

    first, second = compromises(scores, {"safety": 2})

    assert (first.option, first.taken, first.total, first.alone) == ("sqlite", {"speed": "postgres"}, 34, 31)
    assert first.arithmetic == "sqlite: 9 (speed from postgres) + 9 (upkeep) + 2 x 8 (safety) = 34, alone 31"
    assert (second.option, second.taken, second.alone) == ("postgres", {"upkeep": "sqlite"}, 29)


@pytest.mark.parametrize("scores", [{}, {"speed": {}}, {"speed": {"a": 1}, "upkeep": {"b": 1}}, {"speed": {"a": nan}}])
def test_a_compromise_needs_every_score(scores: dict[str, dict[str, float]]) -> None:
    with pytest.raises(InvalidVoteError, match="needs a score of every option for every criterion"):
        compromises(scores)


def test_without_scores_common_ground_is_what_costs_the_voters_least() -> None:
    ballots = (ranked("ada", "red", "blue", "green"), ranked("ben", "green", "blue", "red"))

    best, *_ = common_ground(Profile(("red", "green", "blue"), (*ballots, ranked("cy", "blue", "red", "green"))))

    assert (best.option, best.taken, best.alone) == ("blue", {"ada": "red", "ben": "green"}, 4)
