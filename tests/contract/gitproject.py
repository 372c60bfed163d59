"""A project for the tests of the workspaces, used as a user would use git."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from orkestra.adapters.workspaces.objects import commit_tree, tree_with
from orkestra.adapters.workspaces.repository import Repository

AT = "2026-01-02T03:04:05Z"


@dataclass(frozen=True, kw_only=True)
class Project:
    repository: Repository

    @property
    def root(self) -> Path:
        return self.repository.root

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """What the user's own git says in the root."""
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=cwd or self.root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def status(self) -> str:
        return self.git("status", "--porcelain")

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def committed(self, files: dict[str, str], message: str = "files") -> str:
        """The commit on main after the user committed these files."""
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "--", *files)
        self.git("commit", "-qm", message, "--", *files)
        return self.repository.head()

    def side_commit(self, base: str, contents: dict[str, str | None]) -> str:
        """A commit beside main, as a task would leave it."""
        stored = {path: None if text is None else text.encode() for path, text in contents.items()}
        tree = tree_with(self.repository.git, self.git("rev-parse", f"{base}^{{tree}}"), stored)
        return commit_tree(self.repository.git, tree, [base], "work")

    def salvaged(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname)", "refs/orkestra/salvage").split()


def new_project(directory: Path) -> Project:
    directory.mkdir(parents=True, exist_ok=True)
    return Project(repository=Repository.init(directory))


def no_process_holds(text: str) -> bool:
    """Whether no process of this machine has the text in its command line (Linux)."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if text in (process / "cmdline").read_bytes().decode("utf-8", "replace"):
                return False
        except OSError:
            continue
    return True
