"""What is killed, and how a user goes on with it."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from tests.faults.words import TASKS, WORK, demonstration, small_plan, small_work, split_vote
from tests.fixtures.guest import contents, guest, write
from tests.fixtures.scripted import git

ORKESTRA = (sys.executable, "-m", "orkestra")
BEGUN = (
    "",
    ".orkestra",
    ".orkestra/orkestra.db",
    "README.md",
    ".git/HEAD",
    "config/project.json",
    ".git/refs/heads/main",
)
"""What appears, in about this order, before the first event tells of a project."""
DRAFTS = {"lib.py": "my draft\n", "notes.txt": "not yet\n"}


class Scenario:
    """A command in a directory of its own; to be killed, and gone on with."""

    tasks: ClassVar[int] = len(TASKS)
    words: ClassVar[Callable[[Path], Path]] = small_plan
    marks: ClassVar[tuple[str, ...]] = ()
    drafts: ClassVar[tuple[str, ...]] = ()
    """What git says of the user's own uncommitted work."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        self.root = directory / "project"
        self.log = directory / "calls.jsonl"
        self.said = directory / "said.txt"
        self.log.touch()
        self.said.touch()
        self._environment = {
            **os.environ,
            "ORKESTRA_HOME": str(directory / "home"),
            "ORKESTRA_SCRIPT_LOG": str(self.log),
            "ORKESTRA_DEMO_SCRIPT": str(type(self).words(directory / "script")),
        }

    def prepare(self) -> None:
        """Make what is there before the command that is killed."""

    def begin(self) -> subprocess.Popen[bytes]:
        """Start the command that is killed, in a process group of its own."""
        raise NotImplementedError

    def go_on(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start the commands by which a user goes on, each after the one before has ended."""
        yield self.command("start", "--project", str(self.root))

    def done(self) -> tuple[int, int]:
        """How many tasks there are, and how many of them are lost: missing, not completed, or not landed."""
        statuses = [str(status) for (status,) in self.rows("SELECT status FROM tasks")]
        undone = sum(status != "completed" for status in statuses) + abs(self.tasks - len(statuses))
        return len(statuses), undone + abs(len(statuses) - len(self.landed()))

    def landed(self) -> list[str]:
        """The task of each commit that lands one, by its trailer."""
        return self.git("log", "--format=%(trailers:key=Orkestra-Task,valueonly)", self.branch).split()

    def harmed(self) -> str:
        """What of the user's own was touched, "" for nothing; asked right after the kill, and at the end."""
        return ""

    @property
    def branch(self) -> str:
        """Where the tasks land."""
        return "main"

    def progress(self) -> int:
        """How far it is: what appeared on disk, and the events recorded."""
        rows = self.rows("SELECT max(seq) FROM events")
        there = sum((self.root / mark).exists() for mark in self.marks)
        return there + (int(str(rows[0][0])) if rows and rows[0][0] is not None else 0)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Read the project's database; no rows while there is none."""
        database = self.root / ".orkestra" / "orkestra.db"
        if not database.exists():
            return []
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
                return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []

    def calls(self) -> list[str]:
        """The keys of all calls that the models noted, in order; a torn last line was never answered."""
        lines = self.log.read_bytes().split(b"\n")[:-1]
        return [json.loads(line)["key"] for line in lines]

    def git(self, *arguments: str) -> str:
        """Ask the project's git."""
        return git(self.root, *arguments)

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start an `orkestra` command; what it says on stderr is appended to a file."""
        with self.said.open("ab") as said:
            return subprocess.Popen(
                [*ORKESTRA, *arguments, "--json"],
                cwd=self.root if self.root.exists() else self.root.parent,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )


class Demo(Scenario):
    """`orkestra demo`, then `orkestra start`."""

    tasks = 8
    words = demonstration

    def begin(self) -> subprocess.Popen[bytes]:
        return self.command("demo", "--path", str(self.root))


class New(Scenario):
    """`orkestra new`, then the same again, or `orkestra start` where it says so."""

    marks: ClassVar[tuple[str, ...]] = BEGUN

    def begin(self) -> subprocess.Popen[bytes]:
        ledger = ("--description", "A ledger for the pocket", "--features", "import,report")
        return self.command("new", "ledger", "--path", str(self.root), *ledger, "--crew", "demo", "-y")

    def go_on(self) -> Iterator[subprocess.Popen[bytes]]:
        heard = self.said.stat().st_size
        again = self.begin()
        yield again
        if again.returncode == 0 or b"`orkestra start`" in self.said.read_bytes()[heard:]:
            yield from super().go_on()


class Start(New):
    """`orkestra start` on a project that `new` has planned, then the same again."""

    marks = ()

    def prepare(self) -> None:
        assert New.begin(self).wait() == 0, self.said.read_text()

    def begin(self) -> subprocess.Popen[bytes]:
        return self.command("start", "--project", str(self.root))

    def go_on(self) -> Iterator[subprocess.Popen[bytes]]:
        yield self.begin()


class Run(Scenario):
    """`orkestra run` on a repository that is not ours, then `orkestra resume`, or `run` where nothing was begun."""

    words = small_work
    marks = BEGUN[1:3]
    drafts = (" M lib.py", "?? notes.txt")

    def prepare(self) -> None:
        case = "import unittest\n\n\nclass One(unittest.TestCase):\n    def test_one(self) -> None:\n        pass\n"
        guest(self.root, {"test_lib.py": case})
        write(self.root, DRAFTS)
        self._before = contents(self.root)
        self._trunk = self.git("rev-parse", "trunk")
        self._environment["ORKESTRA_CREW"] = "demo"

    def begin(self) -> subprocess.Popen[bytes]:
        return self.command("run", WORK, "--auto-approve")

    def go_on(self) -> Iterator[subprocess.Popen[bytes]]:
        yield self.command("resume")
        if not self.rows("SELECT 1 FROM runs WHERE kind = 'work'"):
            yield self.begin()

    def harmed(self) -> str:
        looks = {
            "the work tree": contents(self.root) == self._before,
            "the index": self.git("status", "--porcelain").splitlines() == list(self.drafts),
            "trunk": self.git("rev-parse", "trunk") == self._trunk,
            "HEAD": self.git("symbolic-ref", "HEAD") == "refs/heads/trunk\n",
        }
        return ", ".join(what for what, well in looks.items() if not well)

    @property
    def branch(self) -> str:
        names = self.git("branch", "--format=%(refname:short)").split()
        [result] = [name for name in names if name != "trunk" and not name.startswith("orkestra/task-")]
        return f"trunk..{result}"


class Vote(Scenario):
    """`orkestra vote call` among five who need two rounds, then `vote hold`; or the call, where none was made."""

    words = split_vote

    def prepare(self) -> None:
        made = self.command("new", "house", "--path", str(self.root), "--crew", "demo", "--no-plan")
        assert made.wait() == 0, self.said.read_text()

    def begin(self) -> subprocess.Popen[bytes]:
        return self.command("vote", "call", "Which?", "-o", "rows", "-o", "columns", "--without", "early_stop")

    def go_on(self) -> Iterator[subprocess.Popen[bytes]]:
        called = [str(vote_id) for (vote_id,) in self.rows("SELECT vote_id FROM votes")]
        yield self.command("vote", "hold", *called) if called else self.begin()

    def done(self) -> tuple[int, int]:
        """How many ballots there are, and how many are lost: of the ten, of those who voted, or not in the outcome."""
        ballots = self.rows("SELECT voter, round FROM ballots")
        decided = self.rows("SELECT 1 FROM votes WHERE status = 'completed'")
        written = list((self.root / "logs" / "outcomes").glob("*.json"))
        return len(ballots), abs(len(ballots) - 10) + (len(decided) != 1) + (len(written) != 1)


SCENARIOS: dict[str, Callable[[Path], Scenario]] = {
    "demo": Demo,
    "new": New,
    "start": Start,
    "run": Run,
    "vote": Vote,
}
