"""The only module that starts git.

What git finds in a directory that agents can write to decides nothing: where the repository is, is told
on every call, hooks and fsmonitor are off, and no `GIT_*` of the surrounding shell reaches it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from orkestra.domain.errors import ConfigError, GitError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OLDEST: Final = (2, 38)
TIMEOUT_SECONDS: Final = 120.0

_KEPT: Final = (
    *("HOME", "TMPDIR", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"),
    *("SYSTEMROOT", "USERPROFILE", "APPDATA", "TEMP", "TMP"),
)
_SETTINGS: Final = (
    f"core.hooksPath={os.devnull}",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.filesRefLockTimeout=1000",
    "gc.auto=0",
    "maintenance.auto=false",
    "commit.gpgsign=false",
    "color.ui=false",
    "i18n.commitEncoding=utf-8",
    "i18n.logOutputEncoding=utf-8",
    "submodule.recurse=false",
)
_FLAGS: Final = tuple(part for setting in _SETTINGS for part in ("-c", setting))
_ADVICE: Final = {
    "No space left": "free some disk space and try again",
    "Out of diskspace": "free some disk space and try again",
    ".lock": "another git program is at work there; when none is left, delete that file and try again",
    "Permission denied": "make the directory and its .git writable for this user",
    "not a git repository": "run `git init -b main` there, or restore its .git",
}


class Ended(NamedTuple):
    """How a git command ended, with what it printed."""

    exit_code: int
    output: bytes
    complaint: bytes


@dataclass(frozen=True, kw_only=True)
class Git:
    """Git for one recorded repository and one recorded work tree, with its own or another index file."""

    git_dir: Path
    work_tree: Path
    index: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, stdin: bytes = b"", ok: Sequence[int] = (0,)) -> str:
        """Return what a command prints, without the last line break; bytes that are no UTF-8 become U+FFFD.

        Raises GitError for an exit code that is not `ok`, and after 120 s.
        """
        return self.read(*arguments, stdin=stdin, ok=ok).decode("utf-8", "replace").removesuffix("\n")

    def read(self, *arguments: str, stdin: bytes = b"", ok: Sequence[int] = (0,)) -> bytes:
        """Return the bytes that a command prints; raises as `run` does."""
        ended = self.attempt(*arguments, stdin=stdin)
        if ended.exit_code not in ok:
            raise GitError(self._explained(arguments, ended.complaint or ended.output))
        return ended.output

    def paths(self, *arguments: str, stdin: bytes = b"") -> tuple[str, ...]:
        """Return the NUL-separated paths that a command prints (surrogates stand for foreign bytes)."""
        return tuple(map(os.fsdecode, filter(None, self.read(*arguments, stdin=stdin).split(b"\0"))))

    def code(self, *arguments: str, stdin: bytes = b"") -> int:
        """Return the exit code of a command whose failure is an answer."""
        return self.attempt(*arguments, stdin=stdin).exit_code

    def attempt(self, *arguments: str, stdin: bytes = b"") -> Ended:
        """Return how a command ended, whatever its exit code; raises GitError after 120 s only."""
        with self._started(arguments, stdin=subprocess.PIPE) as process:
            try:
                output, complaint = process.communicate(stdin, timeout=TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                _kill(process)
                raise GitError(self._explained(arguments, b"no end after 120 s")) from None
            except KeyboardInterrupt:
                process.communicate()  # a killed git leaves its locks behind
                raise
        return Ended(process.returncode, output, complaint)

    def beginning(self, *arguments: str, limit: int) -> bytes:
        """Return at most `limit` bytes of what a command prints, and stop it there."""
        with self._started(arguments, stdin=subprocess.DEVNULL) as process:
            alarm = threading.Timer(TIMEOUT_SECONDS, _kill, (process,))
            alarm.start()
            try:
                found = process.stdout.read(limit) if process.stdout else b""
            finally:
                alarm.cancel()
                _kill(process)
        return found

    def having(
        self, *, index: Path | None = None, work_tree: Path | None = None, environment: Mapping[str, str] | None = None
    ) -> Git:
        """Return the same repository with another index file or work tree, or more environment."""
        return replace(
            self,
            index=index or self.index,
            work_tree=work_tree or self.work_tree,
            environment={**self.environment, **(environment or {})},
        )

    def _started(self, arguments: tuple[str, ...], *, stdin: int) -> subprocess.Popen[bytes]:
        where = (f"--git-dir={self.git_dir}", f"--work-tree={self.work_tree}", "--literal-pathspecs")
        try:
            return subprocess.Popen(
                [program(), *where, *_FLAGS, *arguments],
                cwd=self.work_tree,
                env=self._whole_environment(),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if stdin == subprocess.PIPE else subprocess.DEVNULL,
                start_new_session=True,
            )
        except (FileNotFoundError, NotADirectoryError):
            raise GitError(
                f"the directory {str(self.work_tree)!r} is gone: restore it, or run again to rebuild"
            ) from None

    def _whole_environment(self) -> dict[str, str]:
        found = {**clean_environment(), **self.environment}
        if self.index is not None:
            found["GIT_INDEX_FILE"] = str(self.index)
        return found

    def _explained(self, arguments: tuple[str, ...], complaint: bytes) -> str:
        lines = [line for line in complaint.decode("utf-8", "replace").splitlines() if line.strip()]
        fatal = [line for line in lines if line.startswith(("fatal: ", "error: "))]
        last = "".join(c if c.isprintable() else "?" for c in (fatal or lines or ["no message"])[-1])
        known = (advice for sign, advice in _ADVICE.items() if sign.encode() in complaint)
        advice = next(known, f"look at it with `git -C {self.work_tree} status`")
        return f"git {arguments[0]} failed: {last}. What to do: {advice}"


def clean_environment() -> dict[str, str]:
    """Return the environment git runs in: the user's settings files, and nothing else of the shell's `GIT_*`."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PATH": _absolute_path(), "LANG": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def program() -> str:
    """Return the absolute path of git; raises ConfigError when there is none on PATH."""
    found = _found(_absolute_path())
    if found is None:
        raise ConfigError("git is not on PATH: install git 2.38 or newer")
    return found


def version() -> tuple[int, ...]:
    """Return git's version, such as (2, 39, 5); raises ConfigError when there is no git."""
    return _version(program())


def _absolute_path() -> str:
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).is_absolute())


@cache
def _found(path: str) -> str | None:
    return shutil.which("git", path=path)


@cache
def _version(git: str) -> tuple[int, ...]:
    said = subprocess.run([git, "version"], capture_output=True, check=False, env=clean_environment()).stdout
    found = re.search(rb"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in found.groups(b"0")) if found else (0,)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
