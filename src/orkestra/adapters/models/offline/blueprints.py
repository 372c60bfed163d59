"""A blueprint by rule: the files of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orkestra.adapters.models.offline.templates import scaffold_of, template_files
from orkestra.domain.work import Blueprint

if TYPE_CHECKING:
    from collections.abc import Mapping


def design(facts: Mapping[str, Any]) -> Blueprint:
    """Return the plan to make a template's files; raise AgentUnavailable for a task that no template does."""
    scaffold = scaffold_of(facts["task"])
    return Blueprint(
        approach=(
            f"By rule, no AI was asked: the template {scaffold.kind}/{scaffold.part}, for {scaffold.package}."
            " A file that is there already stays as it is; known lists get what they lack."
        ),
        files=tuple(file.path for file in template_files(scaffold)),
        checks=("the project's tests pass", "its formatter and linter have nothing to say, where they are installed"),
    )
