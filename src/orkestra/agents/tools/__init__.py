"""What an agent that has only an API may do in a workspace."""

from orkestra.agents.tools.toolbox import toolbox

__all__ = ["toolbox"]
