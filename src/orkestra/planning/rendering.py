"""A plan in words, for the terminal, the inbox and the project's docs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.agents.prompting import Asking, render_prompt

if TYPE_CHECKING:
    from orkestra.domain.plans import Plan


def render_plan(plan: Plan) -> str:
    """Return a plan as Markdown."""
    asking = Asking(package="orkestra.planning", template="plan.md.j2", purpose="plan", subject=plan.brief.name)
    titles = {task.key: task.description for task in plan.tasks}
    return render_prompt(asking, "", {"plan": plan, "titles": titles}).text
