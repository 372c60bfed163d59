"""Ranked choice of a million ballots that are loaded: with numpy, without it, and beside two libraries."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from benchmarks.measure import Figure, Goal, seconds, taking_turns
from orkestra.counting.rankings import Rankings, ranked_choice_of
from orkestra.democracy.fast import Table, load, ranked_choice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BALLOTS: Final = 1_000_000
SAMPLE: Final = 10_000
"""What the libraries are given: they take seconds for it already."""

TURNS: Final = 5
SEED: Final = 1884


def measure() -> Iterator[Figure]:
    for many in (20, 5):
        options = tuple(f"option {number}" for number in range(1, many + 1))
        rows = _rows(many, BALLOTS)
        rankings = Rankings(options, rows)
        if find_spec("numpy"):
            yield from _with_numpy(options, rows, rankings)
        yield _without_numpy(rankings)
        yield from _beside_libraries(options, rows[:SAMPLE])


def _with_numpy(options: tuple[str, ...], rows: list[bytes], rankings: Rankings) -> Iterator[Figure]:
    many, numbers = len(options), _table(rows)
    table = load(options, numbers)
    assert isinstance(table, Table)
    count = ranked_choice(table)
    assert count == ranked_choice_of(rankings)
    assert count.winner == options[_straight(numbers, many)]
    took = taking_turns(
        {
            "orkestra": partial(seconds, partial(ranked_choice, table)),
            "straight": partial(seconds, partial(_straight, numbers, many)),
        },
        TURNS,
    )
    yield Figure(
        what=f"ranked choice, {BALLOTS:,} ballots, {many} options",
        unit="s",
        value=took["orkestra"],
        floor=took["straight"],
        floor_is="straight numpy",
        goal=Goal(about="ratio", limit=2.0),
    )
    yield Figure(
        what=f"load and check them, {many} options",
        unit="s",
        value=seconds(partial(load, options, numbers)),
        floor=seconds(numbers.copy),
        floor_is="copy of the table",
    )


def _without_numpy(rankings: Rankings) -> Figure:
    took = taking_turns(
        {
            "orkestra": partial(seconds, partial(ranked_choice_of, rankings)),
            "once": partial(seconds, lambda: [row[0] for row in rankings.rows]),
        },
        3,
    )
    return Figure(
        what=f"the same without numpy, {len(rankings.options)} options",
        unit="s",
        value=took["orkestra"],
        floor=took["once"],
        floor_is="first choices read once",
        goal=Goal(about="figure", limit=8.0),
    )


def _beside_libraries(options: tuple[str, ...], rows: list[bytes]) -> Iterator[Figure]:
    ballots = load(options, rows)
    for name, prepare in {"pref_voting": _pref_voting, "pyrankvote": _pyrankvote}.items():
        if find_spec(name):
            theirs, winner = prepare(options, rows)
            assert ranked_choice(ballots).winner == winner()
            ours = partial(seconds, partial(ranked_choice, ballots))
            took = taking_turns({"orkestra": ours, "theirs": partial(seconds, theirs)}, 3)
            yield Figure(
                what=f"ranked choice, {len(rows):,} ballots, {len(options)} options",
                unit="s",
                value=took["orkestra"],
                floor=took["theirs"],
                floor_is=name,
            )


def _rows(many: int, ballots: int) -> list[bytes]:
    """Every ballot ranks all options, all orders alike: the most rounds, and the most ballots that move."""
    chance = random.Random(SEED)
    numbers = list(range(many))
    rows = []
    for _ in range(ballots):
        chance.shuffle(numbers)
        rows.append(bytes(numbers))
    return rows


def _table(rows: list[bytes]) -> NDArray[np.uint8]:
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.uint8).reshape(len(rows), -1)


def _straight(numbers: NDArray[np.uint8], many: int) -> int:
    """What somebody writes who knows numpy: a place per ballot, moved on while its option is out."""
    import numpy as np

    standing = np.ones(many, dtype=bool)
    place = np.zeros(len(numbers), dtype=np.intp)
    top = numbers[:, 0].copy()
    while True:
        heights = np.bincount(top, minlength=many)
        if 2 * heights.max() > len(numbers):
            return int(heights.argmax())
        struck = int(np.where(standing, heights, len(numbers) + 1).argmin())
        standing[struck] = False
        moving = np.flatnonzero(top == struck)
        while moving.size:
            place[moving] += 1
            top[moving] = numbers[moving, place[moving]]
            moving = moving[~standing[top[moving]]]


def _pref_voting(options: tuple[str, ...], rows: list[bytes]) -> tuple[Callable[[], object], Callable[[], str]]:
    from pref_voting.iterative_methods import instant_runoff
    from pref_voting.profiles import Profile

    profile = Profile([list(row) for row in rows])
    return partial(instant_runoff, profile), lambda: options[instant_runoff(profile)[0]]


def _pyrankvote(options: tuple[str, ...], rows: list[bytes]) -> tuple[Callable[[], object], Callable[[], str]]:
    from pyrankvote import Ballot, Candidate, instant_runoff_voting

    candidates = [Candidate(option) for option in options]
    ballots = [Ballot(ranked_candidates=[candidates[number] for number in row]) for row in rows]
    count = partial(instant_runoff_voting, candidates, ballots)
    return count, lambda: str(count().get_winners()[0].name)
