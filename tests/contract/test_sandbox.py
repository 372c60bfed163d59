import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from orkestra.adapters.sandbox.bare import BareSandbox
from orkestra.adapters.workspaces.removal import remove_tree
from orkestra.domain.ports import Sandbox
from orkestra.domain.work import Command, Completed, Lent, Limits
from tests.contract.gitproject import no_process_holds
from tests.fixtures.walls import walled

SANDBOXES: dict[str, Callable[[], Sandbox]] = {"bare": lambda: BareSandbox(grace=0.5), "walls": walled}


@pytest.fixture(params=SANDBOXES)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return SANDBOXES[request.param]()


def run(sandbox: Sandbox, directory: Path, code: str, **more: Any) -> Completed:  # noqa: ANN401 - fields of Command
    asked: dict[str, Any] = {"timeout": 20.0, **more}
    return sandbox.run(Command(argv=(sys.executable, "-c", code), directory=directory, **asked))


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
    names = {"PATH", "LANG", "HOME", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "ORKESTRA_CELL"}
    by_others = {"LC_CTYPE", "PWD", "RUSTUP_HOME"}  # Python, bubblewrap, and what cargo needs
    assert set(found) - by_others == names
    assert found["HOME"] != os.environ["HOME"]
    assert not Path(found["HOME"]).exists()


def test_nothing_can_be_typed_in(sandbox: Sandbox, tmp_path: Path) -> None:
    assert run(sandbox, tmp_path, "import sys; print(repr(sys.stdin.read()))").output == "''\n"


def test_a_flood_of_output_is_drained_but_not_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "import sys\nfor _ in range(2000): sys.stdout.write('x' * 100_000)\nsys.exit(7)"

    done = run(sandbox, tmp_path, code, output_limit=1000)

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


def test_a_stop_ends_a_long_program_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    sleeping = Command(argv=(sys.executable, "-c", "import time; time.sleep(60)"), directory=tmp_path, timeout=60)

    with ThreadPoolExecutor() as pool:
        running = pool.submit(sandbox.run, sleeping)
        time.sleep(0.3)
        sandbox.stop()
        ended = running.result(timeout=10)

    assert ended.exit_code is None
    assert ended.seconds < 10


MEBIBYTE = 1024**2


def test_one_program_gets_no_more_memory_than_it_may(sandbox: Sandbox, tmp_path: Path) -> None:
    code = f"try: bytearray(600 * {MEBIBYTE}); print('got it')\nexcept MemoryError: print('refused')"

    assert run(sandbox, tmp_path, code, limits=Limits(memory=300 * MEBIBYTE)).output == "refused\n"
    assert run(sandbox, tmp_path, code, limits=Limits(memory=900 * MEBIBYTE)).output == "got it\n"


def test_many_programs_together_get_no_more_memory_than_one(sandbox: Sandbox, tmp_path: Path) -> None:
    code = (
        "import os, time\n"
        "for _ in range(5): os.fork()\n"
        f"held = bytearray(b'x') * (50 * {MEBIBYTE}); print('here', flush=True); time.sleep(60)"
    )

    done = run(sandbox, tmp_path, code, limits=Limits(memory=300 * MEBIBYTE))

    assert done.exit_code == -9
    assert done.output.endswith("[stopped by the sandbox: more than 300 MiB of memory]\n")


def test_a_program_starts_no_more_processes_than_it_may(sandbox: Sandbox, tmp_path: Path) -> None:
    code = (
        "import os, time\n"
        "for _ in range(100):\n"
        "    if not os.fork(): time.sleep(60)\n"
        "print('all began', flush=True)\n"
        "time.sleep(60)"
    )

    done = run(sandbox, tmp_path, code, limits=Limits(processes=20))

    assert done.exit_code != 0
    assert done.seconds < 20
    assert "more than 20 processes" in done.output or "Resource temporarily unavailable" in done.output


def test_what_is_written_into_the_directory_is_limited(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "before").write_bytes(b"x" * 30 * MEBIBYTE)
    code = (
        "import time\n"
        "for number in range(50):\n"
        f"    open(f'file{{number}}', 'wb').write(b'x' * {MEBIBYTE})\n"
        "time.sleep(60)"
    )

    done = run(sandbox, tmp_path, code, limits=Limits(disk=20 * MEBIBYTE))

    assert (done.exit_code, done.output) == (-9, "\n[stopped by the sandbox: more than 20 MiB written]\n")


def test_one_file_can_not_be_larger_than_all_may_be(sandbox: Sandbox, tmp_path: Path) -> None:
    code = f"open('large', 'wb').write(b'x' * 40 * {MEBIBYTE})"

    done = run(sandbox, tmp_path, code, limits=Limits(disk=20 * MEBIBYTE))

    assert "File too large" in done.output or "more than 20 MiB written" in done.output
    assert (tmp_path / "large").stat().st_size <= 20 * MEBIBYTE


def test_a_file_that_has_lost_its_name_still_counts(sandbox: Sandbox, tmp_path: Path) -> None:
    code = (
        "import os, time\n"
        "held = []\n"
        "for number in range(5):\n"
        f"    held.append(open('f', 'wb')); held[-1].write(b'x' * 10 * {MEBIBYTE}); held[-1].flush(); os.unlink('f')\n"
        "time.sleep(60)"
    )

    done = run(sandbox, tmp_path, code, limits=Limits(disk=20 * MEBIBYTE))

    assert (done.exit_code, done.output) == (-9, "\n[stopped by the sandbox: more than 20 MiB written]\n")


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    packages = tmp_path / "root" / "packages"
    packages.mkdir(parents=True)
    (packages / "installed.py").write_text("answer = 42\n")
    return packages


@pytest.fixture
def work(tmp_path: Path) -> Path:
    work = tmp_path / "work"
    work.mkdir()
    return work


@pytest.mark.parametrize("place", ["packages", "deep/in/packages"])
def test_what_is_lent_can_be_used_and_is_gone_afterwards(
    sandbox: Sandbox, work: Path, packages: Path, place: str
) -> None:
    lent = (Lent(source=packages, place=place),)
    code = f"import sys; sys.path.insert(0, {place!r}); import installed; print(installed.answer)"

    assert run(sandbox, work, code, lent=lent).output == "42\n"
    assert not (work / place).exists()
    assert not (work / place).is_symlink()
    assert (packages / "installed.py").exists()


def test_an_empty_directory_at_the_place_is_there_again_afterwards(
    sandbox: Sandbox, work: Path, packages: Path
) -> None:
    (work / "packages").mkdir()

    done = run(
        sandbox, work, "import os; print(os.listdir('packages'))", lent=(Lent(source=packages, place="packages"),)
    )

    assert done.output == "['installed.py']\n"
    assert list((work / "packages").iterdir()) == []


def test_a_program_that_clears_up_does_not_reach_what_is_behind_a_lent_name(
    sandbox: Sandbox, work: Path, packages: Path
) -> None:
    code = "import shutil; shutil.rmtree('packages', ignore_errors=True); shutil.rmtree('.', ignore_errors=True)"

    run(sandbox, work, code, lent=(Lent(source=packages, place="packages"),))

    assert (packages / "installed.py").exists()
    remove_tree(work)
    assert (packages / "installed.py").exists()


def test_a_link_that_a_crash_left_behind_is_removed_not_followed(work: Path, packages: Path) -> None:
    (work / "packages").symlink_to(packages, target_is_directory=True)

    remove_tree(work)

    assert not work.exists()
    assert (packages / "installed.py").exists()


@pytest.mark.parametrize("place", ["../elsewhere", "/elsewhere", "", "taken", "full", "link/packages"])
def test_nothing_is_lent_where_it_could_do_harm(sandbox: Sandbox, work: Path, packages: Path, place: str) -> None:
    (work / "taken").write_text("a file")
    (work / "full").mkdir()
    (work / "full" / "own.py").write_text("its own")
    (work / "link").symlink_to(packages)

    done = run(sandbox, work, "print('ran')", lent=(Lent(source=packages, place=place),))

    assert done.exit_code == 127
    assert "lent" in done.output or "no place" in done.output
    assert [file.name for file in packages.iterdir()] == ["installed.py"]
