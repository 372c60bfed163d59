"""`python -m orkestra.orchestrator`: work on the project in the present directory."""

from __future__ import annotations

import asyncio
import sys

from orkestra.domain.errors import OrkestraError
from orkestra.orchestrator.startup import SystemStartup


def main() -> int:
    """Start the orchestrator and return the exit code."""
    try:
        orchestrator = SystemStartup(sys.argv[1] if len(sys.argv) > 1 else ".").initialize()
        asyncio.run(orchestrator.start())
    except OrkestraError as error:
        print(f"orkestra: {error}", file=sys.stderr)  # noqa: T201 - this is a face
        return error.exit_code
    orchestrator.print_status()
    orchestrator.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
