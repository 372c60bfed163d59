"""The syntax of a project's files: what Python's library reads by itself, and JavaScript as node reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orkestra.domain.syntax import has_known_syntax, syntax_finding
from orkestra.domain.text import one_line
from orkestra.domain.work import Command, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orkestra.domain.ports import Sandbox
    from orkestra.pipeline.checks.site import Site

MOST_SCRIPTS: Final = 50
SCRIPT_SECONDS: Final = 10.0
_SCRIPTS: Final = (".js", ".mjs", ".cjs")
_TYPED: Final = re.compile(r"^\s*//\s*@flow|^\s*(/\*\*?\s*@jsx|import React\b)|</\w+>", re.MULTILINE)
"""Signs of dialects that node does not read."""
_PLACE: Final = re.compile(r"^\S*?:(\d+)\n", re.MULTILINE)
_SAID: Final = re.compile(r"^(SyntaxError: .*)$", re.MULTILINE)


def syntax_findings(site: Site, sandbox: Sandbox) -> tuple[Finding, ...]:
    """Return what keeps files from being read, with line; JavaScript only where node is there, at most 50 files."""
    known = (syntax_finding(path, site.text(path)) for path in sorted(site.files) if has_known_syntax(path))
    return (*(finding for finding in known if finding), *_scripts(site, sandbox))


def _scripts(site: Site, sandbox: Sandbox) -> Iterator[Finding]:
    paths = sorted(path for path in site.files if path.endswith(_SCRIPTS) and not _TYPED.search(site.text(path)))
    for path in paths[:MOST_SCRIPTS]:
        argv = ("node", "--check", f"./{path}")
        ended = sandbox.run(Command(argv=argv, directory=site.here, timeout=SCRIPT_SECONDS, output_limit=10_000))
        said = _SAID.search(ended.output)
        if ended.exit_code and said:
            place = _PLACE.search(ended.output)
            line = int(place[1]) if place else 0
            yield Finding(problem=f"not JavaScript: {one_line(said[1], 200)}", file=path, line=line)
