"""What the programs see that Orkestra starts: spies before them on PATH note their environment and arguments."""

import os
import shutil
from pathlib import Path

PROGRAMS = ("bwrap", "env", "git", "node", "npm", "sh")


def spying(folder: Path) -> dict[str, str]:
    """The PATH on which the spies come first; each note is a file in `folder`/notes."""
    notes, programs = folder / "notes", folder / "programs"
    notes.mkdir(parents=True)
    programs.mkdir()
    for name in PROGRAMS:
        if found := shutil.which(name):
            spy = programs / name
            note = f'"{notes}/{name}.$$"'
            spy.write_text(f'#!/bin/sh\n{{ {shutil.which("env")}; echo "$@"; }} >{note} 2>&1\nexec {found} "$@"\n')
            spy.chmod(0o755)
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def noted(folder: Path) -> dict[str, str]:
    """All notes, by the program and its process."""
    return {note.name: note.read_text("utf-8", "replace") for note in (folder / "notes").iterdir()}
