"""kill -9 at each turn of an API coder: what was answered is replayed, and the files come out the same."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.command import until
from tests.fixtures.processes import ROOT
from tests.fixtures.workbench import content, made_workspace
from tests.wire.script import Asked, Reply, calls, fault, says
from tests.wire.server import WireServer

FILES = {"one.py": "def one():\n    return 1\n"}
TURNS = {
    1: calls("edit", path="one.py", old="return 1", new="return 2"),
    2: calls("patch", patch="--- a/one.py\n+++ b/two.py\n@@ -1,2 +1,3 @@\n def one():\n     return 2\n+# was 1\n"),
    3: says("done"),
}


@pytest.mark.slow
def test_a_killed_coder_pays_only_for_the_turn_that_was_not_answered(tmp_path: Path) -> None:
    def script(asked: Asked) -> Reply:
        first = [each.turn for each in wire.asked].count(asked.turn) == 1
        return fault("silence", after=3) if first else TURNS[asked.turn]

    with WireServer(script) as wire:
        for moment in TURNS:
            with start(wire.url, tmp_path, f"attempt-{moment}") as child:
                until(lambda turn=moment: asked(wire)[-1:] == [f"step_1:{turn}"])  # type: ignore[misc]
                child.send_signal(signal.SIGKILL)
        with start(wire.url, tmp_path, "last") as child:
            assert child.wait(60) == 0

    assert asked(wire) == [f"step_1:{turn}" for turn in TURNS for _ in ("killed", "answered")]
    assert content(tmp_path / "last") == {"two.py": b"def one():\n    return 2\n# was 1\n"}


def asked(wire: WireServer) -> list[str]:
    return [each.key for each in wire.asked]


def start(url: str, tmp_path: Path, attempt: str) -> subprocess.Popen[bytes]:
    """A coder on a directory as the recorded commit has it, with the notes that outlive a process."""
    made_workspace(tmp_path / attempt, FILES)
    arguments = ["anthropic", url, str(tmp_path / attempt), str(tmp_path / "notes.jsonl")]
    return subprocess.Popen([sys.executable, "-m", "tests.wire.coding", *arguments], cwd=ROOT)
