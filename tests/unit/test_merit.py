"""Starting weights: what a member's lead is worth, and what is left of what was known otherwise."""

from __future__ import annotations

from statistics import fmean

import pytest

from orkestra.counting.leading import compare
from orkestra.counting.learning import learn
from orkestra.counting.merit import LEAST, merited
from orkestra.counting.pooling import pool
from orkestra.counting.weights import CAP, Outcome
from tests.unit.test_leading import asked, leads
from tests.unit.test_reliability import history, with_copies


def started(record: list[Outcome], *voters: str) -> list[float]:
    return merited([1.0] * len(voters), compare(record), voters, {})


def test_who_abstained_was_not_right_and_who_was_not_asked_is_not_judged() -> None:
    ann, bob, cem = started(asked("ann", "bob", abstained=("cem",), times=30), "ann", "bob", "cem")
    assert ann == bob > cem

    record = [*asked("ann", "bob", times=30), *asked("ann", "bob", "cem", times=5)]
    assert leads(record)["cem"].gap == 0.0


def test_who_never_gave_a_usable_answer_weighs_nothing_to_speak_of() -> None:
    weights = learn(asked("ann", abstained=("cem",), wrong=("bob",), times=40))
    assert weights.of("cem", "code") < 0.2 < weights.of("ann", "code")
    assert weights.of("cem") < weights.of("ann")


def test_what_was_known_otherwise_fades_with_the_record_also_where_all_are_equally_good() -> None:
    voters, told = ["ann", "bob"], [1.5, 0.5]

    def apart(cases: int) -> float:
        one, other = merited(told, compare(asked("ann", "bob", times=cases)), voters, {})
        return one / other

    assert merited(told, compare([]), voters, {}) == told
    assert apart(20) == pytest.approx(3.0**0.5)
    assert apart(2000) == pytest.approx(1.0, abs=0.02)


def test_a_lead_weighs_three_times_what_being_above_chance_does() -> None:
    record = [*asked("ann", "bob", times=1200), *asked("ann", wrong=("bob",), times=800)]
    above, gap = 0.3, 0.2  # right in .8 of the cases on average, where chance is .5; each .2 from there

    ann, bob = started(record, "ann", "bob")

    assert ann == pytest.approx((above + 3 * gap) / 0.4, rel=0.02)
    assert bob == LEAST


def test_no_start_is_beyond_the_limits() -> None:
    names = [f"m{number}" for number in range(20)]
    record = asked(names[0], wrong=tuple(names[1:]), times=500)
    assert set(started(record, *names)) == {CAP, LEAST}


@pytest.mark.parametrize(("correlation", "weight"), [(0.0, 1.0), (0.5, 1.0), (0.75, 0.8), (1.0, 0.5)])
def test_members_whose_errors_go_together_more_than_usual_share_their_weight(correlation: float, weight: float) -> None:
    together = merited([1.0] * 3, compare([]), ["ann", "bob", "copy"], {("bob", "copy"): correlation})
    assert together == pytest.approx([1.0, weight, weight])


@pytest.mark.parametrize("times", [1, 2])
def test_a_lucky_case_or_two_silence_nobody(times: int) -> None:
    weights = learn(asked("ann", wrong=("bob", "cem", "dan"), times=times))
    ann, *others = (weights.of(voter, "code") for voter in ("ann", "bob", "cem", "dan"))

    assert 1.0 > ann > max(others)
    assert min(others) > 0.1


def test_copies_do_not_outvote_the_better_one_after_thirty_cases() -> None:
    lost = 0
    for seed in range(20):
        record = with_copies(history({"strong": 0.8, "w1": 0.4}, tasks=30, seed=seed), "w1", ("w2", "w3", "w4"))
        weights = learn(record)
        answers = {"strong": "a", **dict.fromkeys(("w1", "w2", "w3", "w4"), "b")}
        lost += pool(answers, ("a", "b", "c", "d"), weights).winner != "a"
    assert lost <= 1


@pytest.mark.parametrize("skills", [{"ann": 0.7, "bob": 0.5, "cem": 0.5}, {"ann": 0.75, "bob": 0.6, "cem": 0.6}])
def test_yes_or_no_questions_make_nobody_surer_than_is_right(skills: dict[str, float]) -> None:
    sure, right = [], []
    for seed in range(20):
        known = split_in_two(history(skills, tasks=400, seed=seed))
        weights = learn(known[:100])
        for outcome in known[100:]:
            pooled = pool(outcome.answers, ("a", "b"), weights)
            sure.append(pooled.sure)
            right.append(pooled.winner == outcome.right)
    assert fmean(sure) == pytest.approx(fmean(right), abs=0.04)


def split_in_two(record: list[Outcome]) -> list[Outcome]:
    """The same outcomes as answers to yes or no: right is a, all else is b."""
    return [
        Outcome(
            kind="code",
            answers={voter: "a" if option == outcome.right else "b" for voter, option in outcome.answers.items()},
            options=2,
            right="a",
        )
        for outcome in record
    ]
