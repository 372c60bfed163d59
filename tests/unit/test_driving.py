"""Ctrl-C, and what it says about going on."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import click
import pytest

from orkestra.cli.driving import drive
from orkestra.cli.options import typed_here
from orkestra.core import OrkestraProject


async def _interrupted_by_itself() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.sleep(30)


def test_ctrl_c_stops_the_work_also_where_there_is_no_terminal_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(click.Abort):
        drive(_interrupted_by_itself(), again="orkestra start")


def test_a_stop_is_told_before_the_command_that_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.Abort):
        drive(_interrupted_by_itself(), again="orkestra start")
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
