"""Teams of models vote on recorded answers: what weighing their votes by the record gains, and where it loses.

python benchmarks/committee.py --answers answers.csv --teams teams.json --json
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import log
from pathlib import Path
from statistics import fmean

from orkestra.counting.learning import learn
from orkestra.counting.plurality import tally
from orkestra.counting.pooling import pool
from orkestra.counting.weights import Outcome, Weights
from orkestra.domain.votes import Ballot

FOLDS, LABELS, DRAWS, BINS, SEED = 5, 100, 20, 10, 2026
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NOT_ASKED = "-"
ABOUT = ("question_id", "category", "n_options", "gold")

Guess = tuple[Sequence[str], float]
"""The options that share the first place, and how sure (0 to 1) the method is of its answer."""
Rule = Callable[[Outcome], Guess]
Method = Callable[[Sequence[Outcome]], Rule]
"""Learns from outcomes, and returns how it would decide another question; it sees `right` of the former only, and of
these only where it is known."""


def majority(_: Sequence[Outcome]) -> Rule:
    def rule(question: Outcome) -> Guess:
        ballots = [Ballot(voter=voter, ranking=(option,)) for voter, option in question.answers.items()]
        counted = tally(ballots, options(question))
        return counted.tied or ((counted.winner,) if counted.winner else ()), counted.share

    return rule


def best_member(seen: Sequence[Outcome]) -> Rule:
    record = _known(seen)
    shares = Counter(voter for outcome in record for voter in _right(outcome))
    best = max(sorted({voter for outcome in record for voter in outcome.answers}), key=lambda voter: shares[voter])
    return lambda question: ([question.answers[best]] if best in question.answers else [], shares[best] / len(record))


def route(seen: Sequence[Outcome]) -> Rule:
    """The member that was right most often in this kind of work; the best of all decides between equals."""
    record = _known(seen)
    overall = Counter(voter for outcome in record for voter in _right(outcome))
    by_kind: dict[str, Counter[str]] = {}
    for outcome in record:
        by_kind.setdefault(outcome.kind, Counter()).update(_right(outcome))
    voters = sorted({voter for outcome in record for voter in outcome.answers})

    def rule(question: Outcome) -> Guess:
        here = by_kind.get(question.kind, Counter())
        best = max(voters, key=lambda voter: (here[voter], overall[voter]))
        return [question.answers[best]] if best in question.answers else [], overall[best] / len(record)

    return rule


def log_odds(seen: Sequence[Outcome]) -> Rule:
    """Each member weighed by itself, as if errors were independent: log(accuracy (n - 1) / (1 - accuracy))."""
    record = _known(seen)
    given = Counter(voter for outcome in record for voter in outcome.answers)
    right = Counter(voter for outcome in record for voter in _right(outcome))
    wrong = fmean(outcome.options for outcome in record) - 1.0
    odds = {voter: (right[voter] + 1.0) / (cases - right[voter] + 1.0) for voter, cases in given.items()}
    return _pooled(Weights(common={voter: max(log(wrong * odd), 0.0) for voter, odd in odds.items()}))


def default(seen: Sequence[Outcome]) -> Rule:
    """The rule of Orkestra's committee."""
    return _pooled(learn(seen))


def known_only(seen: Sequence[Outcome]) -> Rule:
    """The same, but all answers without a known outcome are kept from it."""
    return default(_known(seen))


def _known(seen: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in seen if outcome.right is not None]


def _pooled(weights: Weights) -> Rule:
    def rule(question: Outcome) -> Guess:
        pooled = pool(question.answers, options(question), weights, question.kind)
        return pooled.tied or ((pooled.winner,) if pooled.winner else ()), pooled.sure

    return rule


def options(question: Outcome) -> str:
    return LETTERS[: question.options]


def _right(outcome: Outcome) -> Iterator[str]:
    return (voter for voter, option in outcome.answers.items() if option == outcome.right)


METHODS: dict[str, Method] = {
    "best_member": best_member,
    "majority": majority,
    "log_odds": log_odds,
    "route": route,
    "default": default,
}
UNLABELLED = ("majority", "default")
PARTLY_LABELLED = {**METHODS, "default": known_only, "with_agreement": default}
"""From 100 known outcomes only; and, beside it, what it adds to see who agrees with whom where none is known."""


@dataclass
class Score:
    """Hits of one method, and how sure it was, in bins."""

    asked: int = 0
    hits: float = 0.0
    bins: dict[int, list[float]] = field(default_factory=dict)

    def add(self, guess: Guess, golds: Counter[str | None]) -> None:
        first, sure = guess
        times, hits = golds.total(), sum(golds[option] for option in first) / max(len(first), 1)
        self.asked += times
        self.hits += hits
        held = self.bins.setdefault(min(int(sure * BINS), BINS - 1), [0.0, 0.0])
        held[0] += times * sure
        held[1] += hits

    @property
    def accuracy(self) -> float:
        return self.hits / self.asked

    @property
    def calibration_error(self) -> float:
        """How far stated and found accuracy are apart, over BINS bins of equal width."""
        return sum(abs(sure - hits) for sure, hits in self.bins.values()) / self.asked


Case = tuple[Outcome, Counter[str | None]]


def cases(questions: Iterable[Outcome]) -> list[Case]:
    """Questions on which the same members agreed, once, with how often each option was right there.

    Options are named in the order in which members chose them, as their letters mean nothing.
    """
    found: dict[tuple[object, ...], Case] = {}
    for question in questions:
        names: dict[str | None, str] = {}
        for option in question.answers.values():
            names.setdefault(option, LETTERS[len(names)])
        answers = {voter: names[option] for voter, option in question.answers.items()}
        key = (question.kind, question.options, *answers.items())
        blank = Outcome(kind=question.kind, answers=answers, options=question.options)
        found.setdefault(key, (blank, Counter()))[1][names.get(question.right)] += 1
    return list(found.values())


def measured(questions: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    """All figures of one team.

    Methods learn from questions outside of the test alone. With no outcome known they see what was answered to these,
    but not what was right, as a committee sees its own ballots.
    """
    chance = random.Random(SEED)
    numbers = chance.sample(range(len(questions)), len(questions))
    parts = [[questions[number] for number in numbers[fold::FOLDS]] for fold in range(FOLDS)]
    folds = [([question for part in parts if part is not test for question in part], cases(test)) for test in parts]
    oracle = fmean(any(True for _ in _right(question)) for question in questions)
    unlabelled = [([_unverified(outcome) for outcome in record], test) for record, test in folds]
    draws = [
        (_partly(record, blank, chance.sample(range(len(record)), min(LABELS, len(record)))), test)
        for _ in range(DRAWS)
        for (record, test), (blank, _) in zip(folds, unlabelled, strict=True)
    ]
    everything = _scored(folds, METHODS)
    nothing = _scored(unlabelled, {name: METHODS[name] for name in UNLABELLED})
    nothing["best_member"] = everything["best_member"]
    return {
        name: _figures(scores, oracle)
        for name, scores in (
            ("labels_all", everything),
            ("labels_100", _scored(draws, PARTLY_LABELLED)),
            ("labels_0", nothing),
        )
    }


def _unverified(outcome: Outcome) -> Outcome:
    return Outcome(kind=outcome.kind, answers=outcome.answers, options=outcome.options)


def _partly(record: Sequence[Outcome], blank: Sequence[Outcome], known: Iterable[int]) -> list[Outcome]:
    seen = list(blank)
    for number in known:
        seen[number] = record[number]
    return seen


def _scored(folds: Iterable[tuple[Sequence[Outcome], list[Case]]], methods: Mapping[str, Method]) -> dict[str, Score]:
    scores = {name: Score() for name in methods}
    for record, test in folds:
        for name, method in methods.items():
            rule = method(record)
            for question, golds in test:
                scores[name].add(rule(question), golds)
    return scores


def _figures(scores: Mapping[str, Score], oracle: float) -> dict[str, float]:
    figures = {name: score.accuracy for name, score in scores.items()}
    return {**figures, "oracle": oracle, "ece": scores["default"].calibration_error}


def questions_of(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The models of the file, and the questions that all of them were asked."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    models = [name for name in rows[0] if name not in ABOUT]
    return models, [row for row in rows if all(row[model] != NOT_ASKED for model in models)]


def outcomes(rows: Iterable[Mapping[str, str]], team: Sequence[str]) -> list[Outcome]:
    """What the team answered; a blank, or a letter that was no option, is an abstention."""
    return [_outcome(row, team) for row in rows]


def _outcome(row: Mapping[str, str], team: Sequence[str]) -> Outcome:
    answers = {model: row[model] for model in team if row[model] and row[model] in _letters(row)}
    return Outcome(
        kind=row["category"],
        answers=answers,
        options=int(row["n_options"]),
        right=row["gold"],
        abstained=tuple(model for model in team if model not in answers),
    )


def _letters(row: Mapping[str, str]) -> str:
    return LETTERS[: int(row["n_options"])]


def table(found: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    lines = []
    for labels, teams in found.items():
        names = list(next(iter(teams.values())))
        width = max(map(len, teams))
        lines += [labels, " " * width + "".join(f"{name:>13}" for name in names)]
        lines += [team.ljust(width) + "".join(f"{row[name]:13.4f}" for name in names) for team, row in teams.items()]
        against = "majority" if labels == "labels_0" else "best_member"
        gains = [row["default"] - row[against] for row in teams.values()]
        lines += [f"default - {against}: mean {fmean(gains):+.4f}, least {min(gains):+.4f}", ""]
    return "\n".join(lines)


def _at_once(teams: Iterable[Sequence[Outcome]], jobs: int | None) -> list[dict[str, dict[str, float]]]:
    here = Path(__file__).parent
    # run as a script, this folder comes first on the path, and our queue.py would hide the standard one
    sys.path[:] = [entry for entry in sys.path if not entry or Path(entry).resolve() != here.resolve()]
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as processes:
        return list(processes.map(measured, teams))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=Path, required=True, metavar="FILE", help="CSV: a row a question")
    parser.add_argument("--teams", type=Path, required=True, metavar="FILE", help="JSON: {team: [model, ...]}")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    parser.add_argument("--jobs", type=int, default=None, help="processes (default: one per core)")
    asked = parser.parse_args(arguments)
    _, rows = questions_of(asked.answers)
    teams = json.loads(asked.teams.read_text("utf-8"))
    measurements = _at_once(map(partial(outcomes, rows), teams.values()), asked.jobs)
    found = {
        labels: {team: figures[labels] for team, figures in zip(teams, measurements, strict=True)}
        for labels in measurements[0]
    }
    print(json.dumps(found, indent=1) if asked.json else table(found))


if __name__ == "__main__":
    main()
