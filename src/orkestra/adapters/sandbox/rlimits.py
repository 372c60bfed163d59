"""The system's own limits, set on a process from outside: nothing has to run between fork and exec."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orkestra.domain.work import Limits


def impose(process: int, limits: Limits, *, processes: bool = False) -> None:
    """Limit a process and all it will start: memory and file size for each, no core files, first to go out of memory.

    Memory is counted as writable private pages (RLIMIT_DATA): RLIMIT_AS would refuse what node and Go reserve
    but never touch. `processes` limits their number too: of all that this user has in the same user namespace,
    so only where the program has one of its own; root is exempt from it.
    """
    if not hasattr(resource, "prlimit"):
        return
    wanted = {
        resource.RLIMIT_DATA: limits.memory,
        resource.RLIMIT_FSIZE: limits.disk,
        resource.RLIMIT_CORE: 0,
        **({resource.RLIMIT_NPROC: limits.processes} if processes else {}),
    }
    with suppress(ProcessLookupError, PermissionError):  # it is over already, or it runs as somebody else (sudo)
        for kind, most in wanted.items():
            hard = resource.prlimit(process, kind)[1]
            least = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.prlimit(process, kind, (least, least))
    with suppress(OSError):
        Path(f"/proc/{process}/oom_score_adj").write_text("1000", encoding="ascii")
