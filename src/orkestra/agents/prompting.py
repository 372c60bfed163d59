"""Prompts: files beside the code that asks, rendered with nothing left undefined."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from orkestra.domain.agents import Prompt
from orkestra.domain.identity import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    import jinja2


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a prompt is about, before it is put into words for one agent."""

    package: str
    template: str
    purpose: str
    subject: str
    round: int = 1


def render_prompt(asking: Asking, agent: str, facts: Mapping[str, Any]) -> Prompt:
    """Return the prompt for an agent; raise jinja2.UndefinedError for a fact the template needs and lacks."""
    template = _environment(asking.package).get_template(asking.template)
    text = template.render(agent=agent, round=asking.round, **facts)
    return Prompt(
        text=text,
        purpose=asking.purpose,
        subject=asking.subject,
        agent=agent,
        round=asking.round,
        facts=facts,
        template=f"{asking.package}/{asking.template}",
        digest=digest(text),
    )


@cache
def _environment(package: str) -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader(package, "prompts"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - prompts are text for a model, not a page
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
