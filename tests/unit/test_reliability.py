"""Weights from the record, as examples."""

import random

import pytest

from orkestra.counting.learning import learn
from orkestra.counting.pooling import effective_voters, pool
from orkestra.counting.weights import CAP, START, Outcome, Weights

OPTIONS = ("a", "b", "c", "d")


def history(skills: dict[str, float], *, tasks: int = 400, seed: int = 1, kind: str = "") -> list[Outcome]:
    """Outcomes of members that are right as often as said, and otherwise wrong independently of each other."""
    chance = random.Random(seed)
    record = []
    for _ in range(tasks):
        right, *wrong = chance.sample(OPTIONS, 4)
        answers = {voter: right if chance.random() < skill else chance.choice(wrong) for voter, skill in skills.items()}
        record.append(Outcome(kind=kind, answers=answers, options=4, right=right))
    return record


def with_copies(record: list[Outcome], original: str, copies: tuple[str, ...]) -> list[Outcome]:
    return [
        Outcome(
            kind=outcome.kind,
            answers={**outcome.answers, **dict.fromkeys(copies, outcome.answers[original])},
            options=outcome.options,
            right=outcome.right,
        )
        for outcome in record
    ]


def test_without_a_record_everyone_weighs_the_same() -> None:
    weights = learn([])
    assert {weights.of(voter, "review") for voter in ("ann", "bob", "cem")} == {START}
    pooled = pool({"ann": "a", "bob": "b", "cem": "b"}, OPTIONS, weights)
    assert (pooled.winner, pooled.voters, pooled.tied) == ("b", 3, ())


def test_one_outcome_moves_the_weights_a_little() -> None:
    weights = learn([Outcome(kind="code", answers={"ann": "a", "bob": "b"}, options=4, right="a")])
    assert START / 2 < weights.of("bob", "code") < weights.of("ann", "code") < 2 * START


def test_who_was_right_more_often_weighs_more() -> None:
    weights = learn(history({"ann": 0.9, "bob": 0.6, "cem": 0.3}))
    assert weights.of("ann") > weights.of("bob") > weights.of("cem") >= 0.0


def test_four_weak_members_that_err_together_cannot_outvote_a_strong_one() -> None:
    weak = ("w1", "w2", "w3", "w4")
    record = with_copies(history({"strong": 0.8, "w1": 0.4}), "w1", weak[1:])
    pooled = pool({"strong": "a"} | dict.fromkeys(weak, "b"), OPTIONS, learn(record))
    assert pooled.winner == "a"


def test_copies_of_one_member_count_about_once() -> None:
    once = history({"ann": 0.7, "bob": 0.6})
    copies = ("b2", "b3", "b4")
    alone, joined = learn(once), learn(with_copies(once, "bob", copies))
    assert sum(joined.of(voter) for voter in ("bob", *copies)) == pytest.approx(alone.of("bob"), rel=0.2)
    assert effective_voters(("bob", *copies), joined) < 1.2


def test_a_member_is_weighed_by_the_kind_of_work() -> None:
    record = history({"ann": 0.9, "bob": 0.5}, kind="maths") + history({"ann": 0.5, "bob": 0.9}, kind="law")
    weights = learn(record)
    assert weights.of("ann", "maths") > weights.of("bob", "maths")
    assert weights.of("bob", "law") > weights.of("ann", "law")
    assert weights.of("ann", "poetry") == pytest.approx(weights.of("bob", "poetry"), abs=0.3)


def test_no_record_makes_a_vote_weigh_more_than_the_cap_or_less_than_nothing() -> None:
    weights = learn(history({"always": 1.0, "never": 0.0}, tasks=2000))
    assert weights.of("always") <= CAP
    assert learn(history({"often": 0.7, "never": 0.0}, tasks=2000)).of("never") == 0.0


def test_how_sure_is_the_share_of_such_cases_that_turn_out_right() -> None:
    skills = {"ann": 0.8, "bob": 0.7, "cem": 0.6}
    weights = learn(history(skills, tasks=2000))
    pooled = [(pool(o.answers, OPTIONS, weights), o.right) for o in history(skills, tasks=2000, seed=2)]
    sure = sum(answer.sure for answer, _ in pooled) / len(pooled)
    assert sure == pytest.approx(sum(answer.winner == right for answer, right in pooled) / len(pooled), abs=0.03)


def test_probabilities_add_up_and_a_tie_is_named() -> None:
    pooled = pool({"ann": "c", "bob": "b", "cem": "nothing on the list"}, OPTIONS, Weights())
    assert sum(pooled.probabilities.values()) == pytest.approx(1.0)
    assert (pooled.winner, pooled.tied, pooled.voters) == ("b", ("b", "c"), 2)


def test_nobody_voting_is_no_answer() -> None:
    pooled = pool({}, OPTIONS, Weights())
    assert (pooled.winner, pooled.sure, pooled.voters, pooled.effective_voters) == (None, 0.0, 0, 0.0)
    assert pool({}, (), Weights()).probabilities == {}


@pytest.mark.parametrize("voters", [1, 2, 7])
def test_effective_voters_are_between_one_and_all(voters: int) -> None:
    names = [f"m{number}" for number in range(voters)]
    for weights in (Weights(), learn(history(dict.fromkeys(names, 0.6)))):
        assert 1.0 <= effective_voters(names, weights) <= voters


def test_independent_members_are_worth_almost_their_number() -> None:
    names = [f"m{number}" for number in range(5)]
    assert effective_voters(names, learn(history(dict.fromkeys(names, 0.6), tasks=4000))) > 4.0


def test_the_order_of_the_record_and_of_the_votes_does_not_matter() -> None:
    record = history({"ann": 0.9, "bob": 0.6, "cem": 0.3}, tasks=50)
    assert learn(record).common == pytest.approx(learn(record[::-1]).common)
    weights = learn(record)
    answers = {"ann": "a", "bob": "b", "cem": "b"}
    backwards = dict(reversed(answers.items()))
    assert pool(answers, OPTIONS, weights).probabilities == pytest.approx(
        pool(backwards, OPTIONS, weights).probabilities
    )


@pytest.mark.slow
def test_a_large_record_of_twenty_members_is_learnt_in_seconds() -> None:
    names = [f"m{number}" for number in range(20)]
    assert len(learn(history(dict.fromkeys(names, 0.5), tasks=2000)).common) == 20
