"""Templates: the files that a scaffold consists of, filled with its names."""

from __future__ import annotations

import json
import pkgutil
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from orkestra.codec import DecodeError, from_plain
from orkestra.domain.errors import AgentUnavailable
from orkestra.domain.scaffolds import SCAFFOLD, Scaffold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jinja2

    from orkestra.domain.tasks import Task

HERE: Final = "orkestra.adapters.models.offline"
_PACKAGE: Final = re.compile(r"[a-z][a-z0-9_]*")


class Growth(StrEnum):
    """What becomes of a file that is there already: it stays, or gets the lines or sections that it lacks."""

    NONE = "none"
    LINES = "lines"
    SECTIONS = "sections"


@dataclass(frozen=True, kw_only=True)
class TemplateFile:
    """One file of a template: where it goes, what stands in it, and whether it may grow."""

    path: str
    text: str
    growth: Growth = Growth.NONE


@dataclass(frozen=True, kw_only=True)
class _Entry:
    kinds: tuple[str, ...]
    part: str
    path: str
    template: str
    growth: Growth = Growth.NONE


def scaffold_of(task: Task) -> Scaffold:
    """Return what a task's template is filled with.

    Raises AgentUnavailable for a task without a template, or with one that can't be used.
    """
    try:
        scaffold = from_plain(task.metadata[SCAFFOLD], Scaffold)
    except (KeyError, DecodeError):
        raise AgentUnavailable(f"{task.title!r} needs an AI: no template does it") from None
    known = {(kind, entry.part) for entry in _entries() for kind in entry.kinds}
    if (scaffold.kind, scaffold.part) not in known or not _PACKAGE.fullmatch(scaffold.package):
        raise AgentUnavailable(f"{task.title!r} needs an AI: there is no template {scaffold.kind}/{scaffold.part}")
    return scaffold


def parts_of_kind(kind: str) -> frozenset[str]:
    """Return the parts for which a kind of project has templates."""
    return frozenset(entry.part for entry in _entries() if kind in entry.kinds)


def template_files(scaffold: Scaffold) -> Sequence[TemplateFile]:
    """Return the files of a scaffold's template, filled in."""
    return [
        TemplateFile(
            path=entry.path.replace("PACKAGE", scaffold.package),
            text=_environment().get_template(entry.template).render(scaffold=scaffold),
            growth=entry.growth,
        )
        for entry in _entries()
        if entry.part == scaffold.part and scaffold.kind in entry.kinds
    ]


@cache
def _entries() -> tuple[_Entry, ...]:
    content = pkgutil.get_data(HERE, "templates/contents.json") or b"[]"
    return from_plain(json.loads(content), tuple[_Entry, ...])


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(HERE, "templates"),
        undefined=jinja2.StrictUndefined,
        variable_start_string="<<",  # the files themselves are full of braces
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        autoescape=False,  # noqa: S701 - pages ask for `e` where a name stands; the other files are no pages
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    return environment


def _quoted(text: str) -> str:
    """Return text as a string of JSON, which is one of TOML, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
