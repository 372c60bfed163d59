"""By how much each member is ahead of those that were asked the same, and who leads all."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from orkestra.counting.leading import FIRMNESS, Lead, compare
from orkestra.counting.leading import leader as leader_of
from orkestra.counting.learning import learn
from orkestra.counting.pooling import pool
from orkestra.counting.weights import Outcome
from tests.unit.test_reliability import history


def asked(*right: str, wrong: tuple[str, ...] = (), abstained: tuple[str, ...] = (), times: int = 1) -> list[Outcome]:
    answers = {**dict.fromkeys(right, "a"), **dict.fromkeys(wrong, "b")}
    return [Outcome(kind="code", answers=answers, options=2, right="a", abstained=abstained)] * times


def leads(record: list[Outcome]) -> Mapping[str, Lead]:
    return compare(record).leads


def leader(record: list[Outcome]) -> tuple[str | None, float]:
    return leader_of(compare(record))


def test_a_lead_is_over_those_that_were_asked_the_same() -> None:
    found = leads(asked("ann", wrong=("bob", "cem", "dan"), times=20))

    believed = 20 / (20 + FIRMNESS)
    assert found["ann"].gap == pytest.approx(0.75 * believed)
    assert found["bob"].gap == pytest.approx(-0.25 * believed)


def test_the_best_of_a_weak_company_is_not_ahead_of_an_equal_of_a_strong_one() -> None:
    strong = history({"s1": 0.9, "s2": 0.9, "s3": 0.9}, tasks=100, seed=1)
    weak = history({"w1": 0.6, "w2": 0.3, "w3": 0.3}, tasks=100, seed=2)
    weights = learn([*strong, *weak])

    assert weights.leader in {"s1", "s2", "s3"}
    assert pool({"s1": "x", "w1": "y"}, ("x", "y"), weights).winner == "x"


def test_who_met_both_companies_tells_how_they_compare() -> None:
    strong = history({"s1": 0.9, "s2": 0.9, "both": 0.9}, tasks=200, seed=1)
    weak = history({"both": 0.9, "w1": 0.6, "w2": 0.6}, tasks=200, seed=2)

    found = leads([*strong, *weak])

    assert found["s1"].gap == pytest.approx(found["both"].gap, abs=0.1)
    assert found["both"].gap - found["w1"].gap == pytest.approx(0.3, abs=0.1)
    assert found["s1"].gap - found["w1"].gap == pytest.approx(0.3, abs=0.1)


def test_what_was_done_alone_makes_no_lead_and_dilutes_none() -> None:
    shared = asked("ann", wrong=("bob",), times=20)
    alone = asked("ann", times=300)

    assert leads([*shared, *alone])["ann"] == leads(shared)["ann"]
    assert leads(alone) == {}


def test_a_lead_is_trusted_the_more_the_longer_the_record() -> None:
    skills = {"ann": 0.8, "bob": 0.5, "cem": 0.5, "dan": 0.5}
    trust = [leads(history(skills, tasks=tasks))["ann"].trust for tasks in (1, 10, 100, 1000)]

    assert trust == sorted(trust)
    assert trust[0] == 0.0
    assert trust[-1] == pytest.approx(1.0, abs=0.05)


def test_the_leader_is_who_was_ahead_of_its_company_not_who_had_the_easy_work() -> None:
    hard = [*asked("bob", wrong=("ann",), times=20), *asked("ann", wrong=("bob",), times=5)]
    easy = asked("ann", times=300)

    first, benefit = leader([*hard, *easy])

    assert first == "bob"
    assert benefit > 0.0


def test_one_case_makes_nobody_the_leader_who_was_never_right() -> None:
    skills = dict.fromkeys(("ann", "bob", "cem"), 0.2)
    record = history(skills, tasks=100)
    once = [Outcome(kind="", answers={"dan": "b", "ann": "c", "bob": "d"}, options=4, right="a")]
    assert leader([*record, *once])[0] != "dan"


def test_the_benefit_is_the_lead_over_the_next_in_log_odds() -> None:
    record = [
        *asked("ann", "bob", times=600),
        *asked("ann", wrong=("bob",), times=300),
        *asked(wrong=("ann", "bob"), times=100),
    ]
    assert leader(record)[1] == pytest.approx(math.log(9.0) - math.log(1.5), abs=0.05)


@pytest.mark.parametrize("record", [[], asked("ann", "bob", times=9), asked("ann", times=9), asked(times=9)])
def test_nobody_leads_where_all_are_alike(record: list[Outcome]) -> None:
    assert leader(record) == (None, 0.0)
