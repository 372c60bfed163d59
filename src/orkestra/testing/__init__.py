"""Public fakes: only the models' words are made up, everything around them is real."""

from orkestra.testing.clock import ManualClock
from orkestra.testing.coder import ScriptedCoder
from orkestra.testing.crew import scripted_crew
from orkestra.testing.model import ScriptedModel
from orkestra.testing.script import Line, Script

__all__ = ["Line", "ManualClock", "Script", "ScriptedCoder", "ScriptedModel", "scripted_crew"]
