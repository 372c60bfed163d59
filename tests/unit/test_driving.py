"""Ctrl-C, and what it says about going on."""

import asyncio
import io
import os
import signal
import sys
from pathlib import Path

import click
import pytest

from orkestra.cli.driving import drive
from orkestra.cli.options import typed_here
from orkestra.core import OrkestraProject


class Work:
    """Work that presses Ctrl-C itself."""

    def __init__(self) -> None:
        self.cancelled = False

    async def __call__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            self.cancelled = True
            raise


class Broken(io.StringIO):
    """A terminal that was closed."""

    def write(self, _text: str, /) -> int:
        raise BrokenPipeError


@pytest.mark.parametrize("terminal", [None, Broken()])
def test_ctrl_c_stops_the_work_also_where_there_is_no_terminal_to_tell(
    terminal: io.StringIO | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", terminal)
    work = Work()
    with pytest.raises(click.Abort):
        drive(work(), again="orkestra start")
    assert work.cancelled


def test_where_the_work_can_be_stopped_it_is_not_cancelled() -> None:
    stopped: list[str] = []

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(500):
            await asyncio.sleep(0.01)
            if stopped:
                stopped.append("ended by itself")
                return

    with pytest.raises(click.Abort):
        drive(work(), stop=lambda: stopped.append("asked to stop"))
    assert stopped == ["asked to stop", "ended by itself"]


def test_a_stop_is_told_before_the_command_that_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.Abort):
        drive(Work()(), again="orkestra start")
    stopping, goes_on = capsys.readouterr().err.strip().splitlines()
    assert stopping.startswith("stopping; what is recorded stays")
    assert goes_on == "`orkestra start` goes on with it."


def test_the_command_names_the_project_where_another_or_none_would_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = OrkestraProject.create("outer", tmp_path / "the outer").path
    inner = OrkestraProject.create("inner", outer / "inner").path

    monkeypatch.chdir(tmp_path)
    assert typed_here("orkestra start", outer) == f"orkestra start --project '{outer}'"
    monkeypatch.chdir(inner)
    assert typed_here("orkestra start", inner) == "orkestra start"
    assert typed_here("orkestra start", outer).startswith("orkestra start --project ")
