"""Programs on PATH: coders' command lines, and what runs a project's tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.orchestrator.doctor.finding import found, missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.orchestrator.doctor.finding import Finding

SECONDS: Final = 10.0
CODERS: Final = "command lines of AIs (looked for; not driven yet)"
TOOLS: Final = "tools of projects"
_KEPT: Final = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "USERPROFILE", "APPDATA")
_VERSION: Final = re.compile(r"\d+(?:\.\d+)+\S*")


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that may be on PATH; `words` ask for its version, `remedy` is how it is had."""

    name: str
    area: str
    remedy: str
    words: tuple[str, ...] = ("--version",)


PROGRAMS: Final = (
    Program(name="claude", area=CODERS, remedy="npm install -g @anthropic-ai/claude-code"),
    Program(name="codex", area=CODERS, remedy="npm install -g @openai/codex"),
    Program(name="gemini", area=CODERS, remedy="npm install -g @google/gemini-cli"),
    Program(name="copilot", area=CODERS, remedy="npm install -g @github/copilot"),
    Program(name="opencode", area=CODERS, remedy="npm install -g opencode-ai"),
    Program(name="grok", area=CODERS, remedy="npm install -g @vibe-kit/grok-cli"),
    Program(name="node", area=TOOLS, remedy="install Node.js, for projects whose tests `npm test` runs"),
    Program(name="npm", area=TOOLS, remedy="install npm, for projects whose tests it runs"),
    Program(name="go", area=TOOLS, remedy="install Go, for projects in Go", words=("version",)),
    Program(name="cargo", area=TOOLS, remedy="install Rust, for projects in Rust"),
)


def examine_programs() -> Sequence[Finding]:
    """Return which programs are there, in which version; they are asked side by side, for 10 s at most."""
    with ThreadPoolExecutor(len(PROGRAMS)) as threads:
        return list(threads.map(_examine, PROGRAMS))


def _examine(program: Program) -> Finding:
    path = shutil.which(program.name)
    if path is None:
        return missing(program.area, program.name, "not on PATH", program.remedy)
    said = _version(path, program.words)
    if not said:
        return missing(program.area, program.name, f"{path} does not say its version", program.remedy)
    return found(program.area, program.name, f"{said} ({path})")


def _version(path: str, words: Sequence[str]) -> str:
    """Return the version that a program says; it sees no key."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(
            [path, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    said = _VERSION.search(done.stdout.decode("utf-8", "replace"))
    return said.group() if said and done.returncode == 0 else ""
