"""Ranked choice of very many ballots: by numpy where it is installed (the extra `fast`), else without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orkestra.counting.rankings import Rankings, check_options, named_twice, ranked_choice_of, unknown_option
from orkestra.counting.results import Count
from orkestra.counting.runoff import run_off
from orkestra.domain.errors import InvalidVoteError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Table:
    """The options, and the ballots as a table of option numbers: a row per ballot, the best first.

    Where some ballot leaves options out, its row is filled up with the number of options, and so is the last column.
    """

    options: tuple[str, ...]
    numbers: NDArray[np.uint8]


def load(options: Sequence[str], rows: Sequence[bytes] | NDArray[Any]) -> Table | Rankings:
    """Return ballots ready to be counted, checked: a Table where numpy is installed, else Rankings.

    `rows` are bytes per ballot as in Rankings, or an integer table with a row per ballot; in a table, any number that
    is no option's ends a ballot. Raises InvalidVoteError as Rankings does.
    """
    try:
        import numpy as np
    except ImportError:
        return Rankings(tuple(options), [bytes(row) for row in rows])
    check_options(options)
    given = rows if isinstance(rows, np.ndarray) else _table(options, rows)
    return Table(tuple(options), _checked(given, len(options)))


def ranked_choice(ballots: Table | Rankings) -> Count:
    """Return the winner of an instant runoff, the same for both forms; ties are broken as in `run_off`."""
    if isinstance(ballots, Rankings):
        return ranked_choice_of(ballots)
    return run_off(ballots.options, TablePiles(ballots))


class TablePiles:
    """Ballots in piles of pointers into the table; a pointer moves right until it meets an option still in."""

    def __init__(self, table: Table) -> None:
        import numpy as np

        self._options = len(table.options)
        self._numbers = table.numbers
        self._flat = table.numbers.reshape(-1)
        self._stops = np.ones(self._options + 1, dtype=bool)  # the number after the last option ends a ballot
        self._piles: list[list[NDArray[np.int64]]] = [[] for _ in range(self._options + 1)]
        if self._flat.size:
            ballots, width = table.numbers.shape
            self._deal(table.numbers[:, 0], np.arange(0, ballots * width, width, dtype=np.int64))

    def heights(self) -> Sequence[float]:
        return [float(sum(part.size for part in pile)) for pile in self._piles[: self._options]]

    def strike(self, option: int) -> None:
        import numpy as np

        self._stops[option] = False
        parts, self._piles[option] = self._piles[option], []
        moving = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
        while moving.size:
            moving = moving + 1
            choice = self._flat[moving]
            stop = self._stops[choice]
            self._deal(choice[stop], moving[stop])
            moving = moving[~stop]

    def points(self) -> Sequence[float]:
        import numpy as np

        many = self._options
        below = (many - (self._numbers < many).sum(axis=1) - 1) / 2  # what each option left out gets
        below[below == (many - 1) / 2] = 0.0  # an abstention
        points = np.full(many, below.sum())
        for place, column in enumerate(self._numbers.T):
            named = np.bincount(column, minlength=many + 1)[:many]
            points += named * (many - 1 - place) - np.bincount(column, weights=below, minlength=many + 1)[:many]
        return [float(each) for each in points]

    def _deal(self, choice: NDArray[np.uint8], pointers: NDArray[np.int64]) -> None:
        import numpy as np

        sorted_pointers = pointers[np.argsort(choice, kind="stable")]  # a radix sort, as the numbers are bytes
        ends = np.cumsum(np.bincount(choice, minlength=self._options + 1))
        for option, part in enumerate(np.split(sorted_pointers, ends[:-1])):
            if part.size:
                self._piles[option].append(part)


def _table(options: Sequence[str], rows: Sequence[bytes]) -> NDArray[np.uint8]:
    import numpy as np

    many = len(options)
    table = np.full((len(rows), max(map(len, rows), default=0)), many, dtype=np.uint8)
    lengths = np.fromiter(map(len, rows), dtype=np.intp, count=len(rows))
    flat = np.frombuffer(b"".join(rows), dtype=np.uint8)
    if (flat >= many).any():
        first = int(np.argmax(flat >= many))
        raise unknown_option(int(np.searchsorted(np.cumsum(lengths), first, side="right")), many)
    table[np.arange(table.shape[1]) < lengths[:, None]] = flat
    return table


def _checked(given: NDArray[Any], many: int) -> NDArray[np.uint8]:
    """Return the table as TablePiles needs it, the very one where nothing has to be changed."""
    import numpy as np

    if given.ndim != 2 or not np.issubdtype(given.dtype, np.integer):  # noqa: PLR2004 - rows and columns
        raise InvalidVoteError(f"ballots are a table of option numbers, not {given.ndim}-dimensional {given.dtype}")
    ended = (given < 0) | (given >= many)
    named = np.where(ended, many, given).astype(np.uint8) if ended.any() else given.astype(np.uint8, copy=False)
    after_the_end = np.logical_or.accumulate(ended, axis=1) & ~ended
    if after_the_end.any():
        raise InvalidVoteError(f"ballot {int(np.argmax(after_the_end.any(axis=1)))} goes on after its end")
    ordered = np.sort(named, axis=1)
    twice = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] < many)).any(axis=1)
    if twice.any():
        raise named_twice(int(np.argmax(twice)))
    complete = given.shape[1] == many and not ended.any()
    table = named if complete else np.pad(named, ((0, 0), (0, 1)), constant_values=many)
    return np.ascontiguousarray(table)
