"""How much more often than its company a member was right, and how far that can be trusted."""

from __future__ import annotations

import pytest

from orkestra.counting.leading import leader
from orkestra.counting.learning import learn
from orkestra.counting.merit import leads, merited
from orkestra.counting.weights import Outcome
from tests.unit.test_reliability import history


def asked(*right: str, wrong: tuple[str, ...] = (), abstained: tuple[str, ...] = (), times: int = 1) -> list[Outcome]:
    answers = {**dict.fromkeys(right, "a"), **dict.fromkeys(wrong, "b")}
    return [Outcome(kind="code", answers=answers, options=2, right="a", abstained=abstained)] * times


def test_a_lead_is_over_those_that_were_asked_the_same() -> None:
    hard = asked("ann", wrong=("bob", "cem", "dan"), times=20)
    easy = asked("eve", "fay", times=20)

    found = leads([*hard, *easy])

    assert found["ann"].gap == pytest.approx(0.75)
    assert found["bob"].gap == pytest.approx(-0.25)
    assert found["eve"].gap == found["fay"].gap == 0.0, "right in all cases, but so was its company"


def test_who_works_alone_is_compared_with_others_that_worked_alone() -> None:
    found = leads([*asked("ann", times=20), *asked("bob", times=10), *asked(wrong=("bob",), times=10)])

    assert found["ann"].gap == pytest.approx(0.25)
    assert found["bob"].gap == pytest.approx(-0.25)


def test_who_abstained_was_not_right_and_who_was_not_asked_is_not_judged() -> None:
    weights = merited([1.0] * 3, asked("ann", "bob", abstained=("cem",), times=30), ["ann", "bob", "cem"])
    assert weights[0] == weights[1] > weights[2]

    record = [*asked("ann", "bob", times=30), *asked("ann", "bob", "cem", times=5)]
    assert len(set(merited([1.0] * 3, record, ["ann", "bob", "cem"]))) == 1


def test_a_lead_is_trusted_the_more_the_longer_the_record() -> None:
    skills = {"ann": 0.8, "bob": 0.5, "cem": 0.5, "dan": 0.5}
    trust = [leads(history(skills, tasks=tasks))["ann"].trust for tasks in (1, 10, 100, 1000)]

    assert trust == sorted(trust)
    assert trust[0] == 0.0
    assert trust[-1] == pytest.approx(1.0, abs=0.05)


def test_equals_stay_equal_however_long_the_record() -> None:
    alike = [*asked("ann", wrong=("bob",), times=50), *asked("bob", wrong=("ann",), times=50)]
    assert merited([1.0, 1.0], alike, ["ann", "bob"]) == [1.0, 1.0]


def test_what_agreement_told_is_replaced_as_far_as_the_record_can_be_trusted() -> None:
    voters, told = ["ann", "bob"], [1.5, 0.5]

    assert merited(told, [], voters) == told
    assert merited(told, asked("bob", wrong=("ann",), times=3), voters)[0] < told[0]
    first, second = merited(told, asked("bob", wrong=("ann",), times=100), voters)
    assert (first, second) == pytest.approx((0.0, 2.0), abs=0.2)


@pytest.mark.parametrize("times", [1, 2])
def test_a_lucky_case_or_two_give_nobody_the_say(times: int) -> None:
    weights = learn(asked("ann", wrong=("bob", "cem", "dan"), times=times))
    others = sum(weights.of(voter, "code") for voter in ("bob", "cem", "dan"))

    assert others / 3 < weights.of("ann", "code") < 1.5 * others


def test_the_leader_is_who_was_right_in_most_of_what_it_was_asked() -> None:
    busy = [*asked("ann", times=30), *asked(wrong=("ann",), times=30)]
    record = [*busy, *asked("bob", times=20)]

    assert leader(record)[0] == "bob"
    assert leader(record)[1] > 0.0


@pytest.mark.parametrize("record", [[], asked("ann", "bob", times=9), asked("ann", times=9), asked(times=9)])
def test_nobody_leads_where_all_are_alike(record: list[Outcome]) -> None:
    assert leader(record) == (None, 0.0)
