from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from orkestra.core import OpenProject, open_project
from orkestra.engine.run import Run
from orkestra.errors import AgentError, OrkestraError, RateLimited
from tests.fixtures.runs import Crash, Diary, drive


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Paint:
    colour: Colour
    litres: float
    rooms: tuple[str, ...] = ()
    notes: dict[str, int | None] = field(default_factory=dict)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[OpenProject]:
    with open_project(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("value", "returns"),
    [
        (Paint(Colour.RED, 1.0, ("hall", "attic"), {"a": 1, "b": None}), Paint),
        ([Paint(Colour.RED, 1.0)], list[Paint]),
        ((1, "two"), tuple[int, str]),
        (Colour.RED, Colour),
        ({"ü": ["漢", "🎼"]}, dict[str, list[str]]),
        (None, type(None)),
        ({1: "one"}, dict[int, str]),
        (b"\x00\xff", bytes),
        ("x" * 100_000, str),
    ],
    ids=["dataclass", "list", "tuple", "enum", "dict", "numbered", "none", "bytes", "large"],
)
def test_a_value_comes_back_from_the_journal_as_what_it_was(project: OpenProject, value: object, returns: Any) -> None:  # noqa: ANN401
    seen = []

    async def work(run: Run) -> str:
        seen.append(await run.step("make", Diary().doing("make", value), returns=returns))
        if len(seen) == 1:
            raise Crash
        return "done"

    with pytest.raises(Crash):
        drive(project, work)
    drive(project, work)
    assert seen == [value, value]
    assert type(seen[0]) is type(seen[1]) is type(value)


def test_a_large_value_is_kept_once_by_its_digest(project: OpenProject) -> None:
    async def work(run: Run) -> str:
        for number in range(3):
            await run.step(f"read {number}", Diary().doing("read", "y" * 50_000), returns=str)
        return "done"

    drive(project, work)
    assert project.store.rows("SELECT count(*) AS kept, sum(length(body)) AS size FROM blobs") == [
        {"kept": 1, "size": 50_002}
    ]
    assert project.store.rows("SELECT path FROM steps WHERE value IS NOT NULL") == []


@pytest.mark.parametrize("error", [AgentError("nobody is there"), RateLimited("wait a minute", 60.0)])
@pytest.mark.parametrize("kind", ["step", "paid"])
def test_a_recorded_error_is_raised_again_as_the_same_class(
    project: OpenProject, error: OrkestraError, kind: str
) -> None:
    diary, caught = Diary(), []

    async def work(run: Run) -> str:
        try:
            await getattr(run, kind)("ask", diary.doing("ask", error), returns=str)
        except OrkestraError as refused:
            caught.append((type(refused), str(refused)))
        if len(caught) == 1:
            raise Crash
        return "went on"

    with pytest.raises(Crash):
        drive(project, work)
    assert drive(project, work) == "went on"
    assert caught == [(type(error), str(error))] * 2
    assert diary.lines == ["ask"]
