"""Very many ballots: rows of option numbers, counted with numpy and without, to the same result."""

import random
import subprocess
import sys

import numpy as np
import pytest

from orkestra.counting.ballots import Profile, ranked
from orkestra.counting.rankings import Rankings, ranked_choice_of
from orkestra.counting.tiers import ranked_choice as ranked_choice_of_profile
from orkestra.democracy.fast import Table, load, ranked_choice
from orkestra.domain.errors import InvalidVoteError

COLOURS = ("red", "green", "blue")


def test_rows_and_tables_and_profiles_are_counted_alike() -> None:
    chance = random.Random(20)
    for _ in range(500):
        options = tuple("abcdef"[: chance.randint(1, 6)])
        numbers = range(len(options))
        rows = [bytes(chance.sample(numbers, chance.randint(0, len(options)))) for _ in range(chance.randint(1, 12))]
        ballots = tuple(ranked(f"v{n}", *(options[number] for number in row)) for n, row in enumerate(rows))

        expected = ranked_choice_of_profile(Profile(options, ballots))

        assert ranked_choice_of(Rankings(options, rows)) == expected
        assert ranked_choice(load(options, rows)) == expected


def test_a_large_vote_with_ties_is_counted_alike() -> None:
    rows = [bytes(random.Random(n % 997).sample(range(9), 1 + n % 9)) for n in range(20_000)]

    table, rankings = load(tuple("abcdefghi"), rows), Rankings(tuple("abcdefghi"), rows)

    assert isinstance(table, Table)
    assert ranked_choice(table) == ranked_choice(rankings)


def test_a_table_of_whole_ballots_is_taken_as_it_is() -> None:
    numbers = np.array([[0, 1, 2], [2, 1, 0], [2, 0, 1]], dtype=np.uint8)

    table = load(COLOURS, numbers)

    assert isinstance(table, Table)
    assert np.shares_memory(table.numbers, numbers)
    assert ranked_choice(table).winner == "blue"


def test_any_other_number_ends_a_ballot_in_a_table() -> None:
    assert ranked_choice(load(COLOURS, np.array([[1, -1, -1], [2, 1, 3], [0, 1, -1]]))) == ranked_choice_of(
        Rankings(COLOURS, [b"\1", b"\2\1", b"\0\1"])
    )


def test_no_ballot_elects_nobody() -> None:
    for rows in ([], [b"", b""]):
        assert ranked_choice(load(COLOURS, rows)) == ranked_choice_of(Rankings(COLOURS, rows))
        assert ranked_choice(load(COLOURS, rows)).winner is None
    assert ranked_choice(load(COLOURS, np.empty((0, 3), dtype=np.uint8))).winner is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([b"\0", b"\1\3"], "ballot 1 names an unknown option; options are numbered from 0 to 2"),
        ([b"\0\1", b"", b"\2\1\2"], "ballot 2 names an option more than once"),
    ],
)
def test_a_malformed_ballot_is_named(rows: list[bytes], message: str) -> None:
    with pytest.raises(InvalidVoteError, match=message):
        Rankings(COLOURS, rows)
    with pytest.raises(InvalidVoteError, match=message):
        load(COLOURS, rows)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.array([[0, 1, 2], [0, 0, 1]]), "ballot 1 names an option more than once"),
        (np.array([[0, 1, 2], [0, -1, 1]]), "ballot 1 goes on after its end"),
        (np.array([0.5]), "a table of option numbers, not 1-dimensional float64"),
    ],
)
def test_a_malformed_table_is_refused(table: np.ndarray, message: str) -> None:
    with pytest.raises(InvalidVoteError, match=message):
        load(COLOURS, table)


def test_options_are_proposed_once() -> None:
    with pytest.raises(InvalidVoteError, match="each proposed once"):
        load(("red", "red"), [])
    with pytest.raises(InvalidVoteError, match="each proposed once"):
        Rankings(("red", "red"), [])


def test_without_numpy_the_count_is_the_same() -> None:
    script = (
        "import sys; sys.modules['numpy'] = None\n"
        "from orkestra.democracy.fast import load, ranked_choice\n"
        "ballots = load(('red', 'green', 'blue'), [b'\\0\\1', b'\\2', b'\\1\\0', b'\\2', b'\\0'])\n"
        "print(type(ballots).__name__, ranked_choice(ballots).winner)"
    )

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["Rankings", "red"]
