import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orkestra.adapters.sandbox.bare import BareSandbox
from orkestra.domain.ports import Sandbox
from orkestra.domain.work import Command, Completed
from tests.contract.gitproject import no_process_holds


@pytest.fixture
def sandbox() -> Sandbox:
    return BareSandbox(grace=0.5)


def run(sandbox: Sandbox, directory: Path, code: str, timeout: float = 20.0, limit: int = 200_000) -> Completed:
    argv = (sys.executable, "-c", code)
    return sandbox.run(Command(argv=argv, directory=directory, timeout=timeout, output_limit=limit))


def test_both_streams_and_the_exit_code_come_back(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd(), flush=True); print('err', file=sys.stderr); sys.exit(3)"

    done = run(sandbox, tmp_path, code)

    assert (done.exit_code, done.output, done.truncated) == (3, f"{tmp_path}\nerr\n", False)
    assert 0 < done.seconds < 20


def test_the_environment_holds_no_secret(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary")

    done = run(sandbox, tmp_path, "import json, os; print(json.dumps(dict(os.environ)))")

    found = json.loads(done.output)
    assert "canary" not in done.output
    names = {"PATH", "LANG", "HOME", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "ORKESTRA_SANDBOX"}
    assert set(found) - {"LC_CTYPE"} == names
    assert found["HOME"] != os.environ["HOME"]
    assert not Path(found["HOME"]).exists()


def test_nothing_can_be_typed_in(sandbox: Sandbox, tmp_path: Path) -> None:
    assert run(sandbox, tmp_path, "import sys; print(repr(sys.stdin.read()))").output == "''\n"


def test_a_flood_of_output_is_drained_but_not_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "import sys\nfor _ in range(2000): sys.stdout.write('x' * 100_000)\nsys.exit(7)"

    done = run(sandbox, tmp_path, code, limit=1000)

    assert (done.exit_code, len(done.output), done.truncated) == (7, 1000, True)


def test_the_deadline_ends_a_program_that_ignores_sigterm(sandbox: Sandbox, tmp_path: Path) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print('asked', flush=True))\n"
        "print('began', flush=True)\nwhile True: time.sleep(1)"
    )

    done = run(sandbox, tmp_path, code, timeout=1.0)

    assert (done.exit_code, done.output) == (None, "began\nasked\n")
    assert 1.0 < done.seconds < 10


@pytest.mark.parametrize("own_session", [False, True], ids=["in the group", "in a session of its own"])
@pytest.mark.parametrize("ending", ["", "time.sleep(60)"], ids=["program ends", "deadline"])
def test_children_do_not_outlive_the_program(
    sandbox: Sandbox, tmp_path: Path, ending: str, *, own_session: bool
) -> None:
    name = f"orphan-{tmp_path.name}"
    code = (
        "import subprocess, sys, time\n"
        f"child = [sys.executable, '-c', 'import time; time.sleep(60)', {name!r}]\n"
        f"subprocess.Popen(child, start_new_session={own_session})\n{ending}"
    )
    began = time.monotonic()

    run(sandbox, tmp_path, code, timeout=2.0)

    assert time.monotonic() - began < 15
    assert no_process_holds(name)


def test_what_can_not_be_started_is_an_answer(sandbox: Sandbox, tmp_path: Path) -> None:
    done = sandbox.run(Command(argv=("no-such-program",), directory=tmp_path))
    gone = sandbox.run(Command(argv=(sys.executable,), directory=tmp_path / "gone"))
    odd = sandbox.run(Command(argv=("a\0b",), directory=tmp_path))

    assert (done.exit_code, gone.exit_code, odd.exit_code) == (127, 127, 127)
    assert "'no-such-program' can't be started" in done.output


def test_a_killed_program_shows_its_signal(sandbox: Sandbox, tmp_path: Path) -> None:
    assert run(sandbox, tmp_path, "import os; os.kill(os.getpid(), 11)").exit_code == -11


def test_a_stop_ends_a_long_program_at_once(tmp_path: Path) -> None:
    sandbox = BareSandbox()
    sleeping = Command(argv=(sys.executable, "-c", "import time; time.sleep(60)"), directory=tmp_path, timeout=60)

    with ThreadPoolExecutor() as pool:
        running = pool.submit(sandbox.run, sleeping)
        time.sleep(0.3)
        sandbox.stop()
        ended = running.result(timeout=10)

    assert ended.exit_code is None
    assert ended.seconds < 10
