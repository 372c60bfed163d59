"""Very many ballots in little room: rows of option numbers, each of the same weight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from orkestra.counting.results import Count
from orkestra.counting.runoff import run_off
from orkestra.domain.errors import InvalidVoteError

MOST_OPTIONS: Final = 255
"""A row is bytes, and one number stands for "nothing more"."""


@dataclass(frozen=True)
class Rankings:
    """The options, and each ballot as bytes: the numbers of the options it names, counted from 0, the best first.

    Options left out are below all that are named; an empty row abstains. Raises InvalidVoteError, naming the ballot by
    its place, for an unknown option and for one that is named twice.
    """

    options: tuple[str, ...]
    rows: Sequence[bytes]

    def __post_init__(self) -> None:
        check_options(self.options)
        known = bytes(range(len(self.options)))
        for number, row in enumerate(self.rows):
            if row.translate(None, known):
                raise unknown_option(number, len(self.options))
            if len(set(row)) < len(row):
                raise named_twice(number)


def ranked_choice_of(rankings: Rankings) -> Count:
    """Return the winner of an instant runoff: what `ranked_choice` returns for the same ballots as a profile."""
    return run_off(rankings.options, RowPiles(rankings))


def check_options(options: Sequence[str]) -> None:
    """Raise InvalidVoteError for options that rows can't number, or that are proposed twice."""
    if len(options) > MOST_OPTIONS or len(set(options)) < len(options):
        raise InvalidVoteError(f"rows of option numbers take up to {MOST_OPTIONS} options, each proposed once")


def unknown_option(number: int, options: int) -> InvalidVoteError:
    """Return the error for a ballot that names an option there is not."""
    return InvalidVoteError(f"ballot {number} names an unknown option; options are numbered from 0 to {options - 1}")


def named_twice(number: int) -> InvalidVoteError:
    """Return the error for a ballot that repeats itself."""
    return InvalidVoteError(f"ballot {number} names an option more than once")


class RowPiles:
    """Rows in piles by the first option still in; a row loses what was struck out when it moves."""

    def __init__(self, rankings: Rankings) -> None:
        self._rankings = rankings
        self._struck = b""
        self._piles: list[list[bytes]] = [[] for _ in rankings.options]
        self._deal(rankings.rows)

    def heights(self) -> Sequence[float]:
        return [float(len(pile)) for pile in self._piles]

    def strike(self, option: int) -> None:
        self._struck += bytes((option,))
        pile, self._piles[option] = self._piles[option], []
        struck = self._struck
        self._deal([row.translate(None, struck) for row in pile])

    def points(self) -> Sequence[float]:
        """A column of bytes counts an option about a thousand times faster than a loop over the ballots."""
        many = len(self._rankings.options)
        points = [0.0] * many
        for length, rows in groupby(sorted(self._rankings.rows, key=len), key=len):
            if length:
                flat = b"".join(rows)
                columns = [flat[place::length] for place in range(length)]
                below = (many - length - 1) / 2
                for option in range(many):
                    named = [column.count(option) for column in columns]
                    points[option] += sum(times * (many - 1 - place) for place, times in enumerate(named))
                    points[option] += below * (len(columns[0]) - sum(named))
        return points

    def _deal(self, rows: Sequence[bytes]) -> None:
        adding = [pile.append for pile in self._piles]
        for row in rows:
            if row:
                adding[row[0]](row)
