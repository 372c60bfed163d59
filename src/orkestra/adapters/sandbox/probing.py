"""Whether bubblewrap works here: found out by running something in it, since permissions can't be read off."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from orkestra.adapters.sandbox.bubblewrap import BubblewrapSandbox
from orkestra.adapters.sandbox.confinement import bubblewrap_version
from orkestra.domain.work import Command

INSTALL: Final = "install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"
PERMIT: Final = (
    "let this user make user namespaces (on Ubuntu an AppArmor profile for bwrap, in a container its options)"
)

_PROBE_SECONDS: Final = 20.0


@lru_cache
def why_no_walls() -> tuple[str, str]:
    """Return why bubblewrap can't be used here and what to do about it, two empty texts when it can."""
    if not bubblewrap_version():
        return "bubblewrap is not installed", INSTALL
    with tempfile.TemporaryDirectory(prefix="orkestra-probe-") as directory:
        command = Command(argv=("/bin/sh", "-c", "echo works"), directory=Path(directory), timeout=_PROBE_SECONDS)
        done = BubblewrapSandbox().run(command)
    if done.exit_code == 0:
        return "", ""
    said = " ".join(done.output.split()) or "no word of why"
    return f"bubblewrap is installed but does not work here ({said})", PERMIT
