"""The demonstration's crew: its words come from a script, no AI is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.testing.crew import scripted_crew
from orkestra.testing.script import Script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.crew import Backend, CrewSettings

SCRIPT: Final = Path(__file__).parent / "words"


def crew(settings: CrewSettings) -> Sequence[Backend]:
    """Return seven agents that say and write what the script holds.

    `ORKESTRA_DEMO_SCRIPT` names another script's directory, `ORKESTRA_SCRIPT_LOG` a file that every call is
    noted in before it is answered; only the user's environment is asked for them.
    """
    directory = settings.environment.get("ORKESTRA_DEMO_SCRIPT")
    log = settings.environment.get("ORKESTRA_SCRIPT_LOG")
    script = Script.load(Path(directory) if directory else SCRIPT, log=Path(log) if log else None)
    return scripted_crew(script)
