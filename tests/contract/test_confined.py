import itertools
import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from orkestra.adapters.workspaces.confined import ConfinedWorkspace
from orkestra.domain.errors import SafetyError
from orkestra.domain.ports import Workspace

ESCAPES = [
    *("", ".", "/", "..", "../out", "../workspace-evil/x", "a/../../out", "a/..", ".. /out", "/etc/passwd"),
    *("~/x", "C:\\x", "C:x", "a\\b", "..\\out", "a\0b", "a\nb", "a\x1b[2Jb", "a\x7f"),
    *("a\u200bb", "\u200b../x", "a\u202eb", "a\ufeffb", "a\u2028b", "a\u00adb", "a\ufe0fb", "\ud800", "a\u3164"),
    *(".git/config", ".GIT/config", ".Git", "sub/.git/hooks/x", ".git./x", ".git /x", ".git::$INDEX/x", "git~1/x"),
    *(".g\u0131t\u200d/x", "\uff0egit/config", ".orkestra/orkestra.db", ".ORKESTRA/x", "x" * 2000, "a/" * 70 + "b"),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "src").mkdir(parents=True)
    (folder / "src/a.py").write_text("x = 1\n")
    (folder / ".git").write_text("gitdir: elsewhere\n")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("secret")
    return folder


@pytest.fixture
def workspace(root: Path) -> Workspace:
    return ConfinedWorkspace(root=root, reserved=frozenset({"config/task-queue.json", "logs/"}))


def test_files_are_read_written_and_removed(workspace: Workspace, root: Path) -> None:
    workspace.write("./deep/er//b.txt", "hällo\r\n")

    assert workspace.files() == ("deep/er/b.txt", "src/a.py")
    assert workspace.read("deep/er/b.txt") == "hällo\r\n"
    workspace.remove("src/a.py")
    assert workspace.files() == ("deep/er/b.txt",)
    assert [path.name for path in (root / "deep/er").iterdir()] == ["b.txt"]


@pytest.mark.parametrize("path", ESCAPES)
def test_no_path_leads_out(workspace: Workspace, tmp_path: Path, path: str) -> None:
    before = sorted(tmp_path.rglob("*"))

    for action in (workspace.read, workspace.remove, lambda path: workspace.write(path, "x")):
        with pytest.raises(SafetyError) as refused:
            action(path)
        assert str(refused.value).isprintable()

    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "path",
    ["config/task-queue.json", "config/Task-Queue.JSON", "config/task-queue.json/x", "config", "logs/x/y", "Logs"],
)
def test_records_are_not_for_agents(workspace: Workspace, path: str) -> None:
    with pytest.raises(SafetyError, match="record"):
        workspace.write(path, "forged")


def test_neighbours_of_records_are(workspace: Workspace, root: Path) -> None:
    workspace.write("config/task-queue.json5", "{}")
    workspace.write("logs.txt", "x")
    (root / "logs").mkdir()
    (root / "logs/x").write_text("x")

    assert workspace.files() == ("config/task-queue.json5", "logs.txt", "src/a.py")


@pytest.mark.parametrize("target", ["../secret", "src/a.py", "/etc/passwd", "missing"])
def test_a_link_to_a_file_is_refused(workspace: Workspace, root: Path, tmp_path: Path, target: str) -> None:
    (root / "link").symlink_to(target)

    for action in (workspace.read, workspace.remove, lambda path: workspace.write(path, "x")):
        with pytest.raises(SafetyError, match="'link'"):
            action("link")
    assert (tmp_path / "secret").read_text() == "secret"
    assert workspace.files() == ("src/a.py",)


def test_a_link_to_a_directory_is_refused(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    (root / "folder").symlink_to(tmp_path / "outside")

    for path in ("folder/secret", "folder/new", "folder/new/deep"):
        with pytest.raises(SafetyError):
            workspace.write(path, "x")
    with pytest.raises(SafetyError):
        workspace.read("folder/secret")
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret"]
    assert workspace.files() == ("src/a.py",)


def test_a_root_that_became_a_link_is_refused(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    root.rename(tmp_path / "moved")
    root.symlink_to(tmp_path / "outside")

    with pytest.raises(SafetyError):
        workspace.read("secret")


def test_a_link_swapped_in_at_any_moment_never_leads_out(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    place, stop = root / "swap", threading.Event()

    def swap() -> None:
        for number in itertools.count():
            steps = (
                place.mkdir,
                lambda: place.rename(root / f"away{number}"),  # noqa: B023 - runs at once
                lambda: place.symlink_to(tmp_path / "outside"),
                place.unlink,
            )
            for step in steps:
                with suppress(OSError):
                    step()
            if stop.is_set():
                return

    def attempt(path: str) -> str:
        with suppress(SafetyError):
            workspace.write(path, "agent")
        try:
            return workspace.read(path)
        except SafetyError:
            return "refused"

    attacker = threading.Thread(target=swap)
    attacker.start()
    try:
        outcomes = {attempt(f"swap/file{number % 7}") for number in range(500)} | {attempt("swap/secret")}
    finally:
        stop.set()
        attacker.join()

    assert outcomes <= {"agent", "refused"}
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret"]
    assert (tmp_path / "outside/secret").read_text() == "secret"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_does_not_hang_the_reader(workspace: Workspace, root: Path) -> None:
    os.mkfifo(root / "pipe")

    with pytest.raises(SafetyError, match="not a regular file"):
        workspace.read("pipe")
    assert workspace.files() == ("src/a.py",)


def test_permissions_of_a_file_stay(workspace: Workspace, root: Path) -> None:
    (root / "run.sh").write_text("#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)

    workspace.write("run.sh", "#!/bin/sh\ntrue\n")

    assert (root / "run.sh").stat().st_mode & 0o777 == 0o755


def test_a_hard_link_to_the_outside_is_cut_by_writing(workspace: Workspace, root: Path, tmp_path: Path) -> None:
    (root / "hard").hardlink_to(tmp_path / "secret")

    workspace.write("hard", "agent")

    assert (tmp_path / "secret").read_text() == "secret"


def test_what_is_missing_or_no_file_is_said(workspace: Workspace) -> None:
    with pytest.raises(SafetyError, match=r"'absent\.txt' is not in the workspace"):
        workspace.read("absent.txt")
    with pytest.raises(SafetyError, match="not a regular file"):
        workspace.write("src", "x")
    with pytest.raises(SafetyError):
        workspace.write("src/a.py/x", "x")


def test_sizes_are_bounded(workspace: Workspace, root: Path) -> None:
    workspace.write("most.txt", "x" * 2_000_000)
    with pytest.raises(SafetyError, match="2 MB"):
        workspace.write("more.txt", "x" * 2_000_001)
    with (root / "huge").open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(SafetyError, match="2 MB"):
        workspace.read("huge")


def test_only_text_is_read_and_written(workspace: Workspace, root: Path) -> None:
    (root / "image.png").write_bytes(b"\x89PNG\xff")

    with pytest.raises(SafetyError, match="not text"):
        workspace.read("image.png")
    with pytest.raises(SafetyError, match="not valid Unicode"):
        workspace.write("x", "\ud800")


def test_the_number_of_files_is_bounded(workspace: Workspace, root: Path) -> None:
    (root / "many").mkdir()
    for number in range(10_001):
        (root / f"many/{number}").touch()

    with pytest.raises(SafetyError, match="10,000"):
        workspace.files()


def test_depth_is_bounded(workspace: Workspace, root: Path) -> None:
    (root / Path(*["d"] * 80)).mkdir(parents=True)

    with pytest.raises(SafetyError, match="deeper"):
        workspace.files()


def test_a_check_is_run_by_its_name(tmp_path: Path) -> None:
    ran = ConfinedWorkspace(root=tmp_path, checks=lambda name: f"{name}: 3 passed").check("test")
    assert ran == "test: 3 passed"
    assert ConfinedWorkspace(root=tmp_path).check("test") == "there are no checks here"
