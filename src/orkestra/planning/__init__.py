"""From an idea to a plan that a committee decided, and its tasks in the queue."""

from orkestra.planning.planner import ProjectPlanner

__all__ = ["ProjectPlanner"]
