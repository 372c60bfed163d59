"""How a file that is there already takes up a template's: not at all, or only by what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.adapters.models.offline.templates import Growth

if TYPE_CHECKING:
    from orkestra.adapters.models.offline.templates import TemplateFile

_HEADING: Final = "\n## "


def grown(file: TemplateFile, before: str | None) -> str:
    """Return a file's text after the template: the template's where nothing is, else the old one and what it lacks."""
    if before is None:
        return file.text
    if file.growth is Growth.LINES:
        known = set(before.splitlines())
        return _with(before, [line for line in file.text.splitlines() if line not in known])
    if file.growth is Growth.SECTIONS:
        known = {line.strip() for line in before.splitlines()}
        _, *sections = file.text.split(_HEADING)
        lacking = [text for text in sections if f"## {text.splitlines()[0]}".strip() not in known]
        return _with(before, [f"\n## {text.rstrip()}" for text in lacking])
    return before


def _with(before: str, lines: list[str]) -> str:
    if not lines:
        return before
    whole = before if before.endswith("\n") or not before else f"{before}\n"
    return whole + "".join(f"{line}\n" for line in lines)
