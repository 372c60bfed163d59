"""Scaffolds: what a template is filled with, and the rules by which a template and a package's name are chosen."""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from orkestra.domain.tasks import Task

SCAFFOLD: Final = "scaffold"
"""In a task's metadata: the plain form of the Scaffold by which rules alone can do it."""
PACKAGE: Final = "package"
PAGE: Final = "page"
LONGEST_PACKAGE: Final = 40
_TAKEN: Final = (
    frozenset(keyword.kwlist)
    | frozenset(keyword.softkwlist)
    | frozenset(sys.stdlib_module_names)
    | {"build", "conftest", "dist", "hatchling", "mypy", "pip", "pytest", "ruff", "setuptools", "src", "tests"}
    | {"colorama", "exceptiongroup", "iniconfig", "packaging", "pluggy", "pygments"}  # pytest itself imports these
)
_PYTHON_WORDS: Final = frozenset({"django", "fastapi", "flask", "pip", "pypi", "pytest", "python", "python3"})
_PAGE_WORDS: Final = frozenset({"css", "homepage", "html", "javascript", "webpage", "website", "websites"})
_PAGE_PHRASES: Final = ("landing page", "static page", "static site", "web page", "web site")
_OTHER_WORDS: Final = frozenset(
    [
        "angular",
        "dart",
        "deno",
        "elixir",
        "erlang",
        "flutter",
        "golang",
        "haskell",
        "java",
        "kotlin",
        "laravel",
        "lua",
        "nextjs",
        "ocaml",
        "perl",
        "php",
        "rails",
        "react",
        "ruby",
        "rust",
        "scala",
        "svelte",
        "typescript",
        "vue",
        "zig",
    ]
)
_OTHER_STACKS: Final = _OTHER_WORDS | {".net", "bash", "c", "c#", "c++", "go", "node", "node.js", "r", "swift"}
_WORD: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Scaffold:
    """What one template set is filled with: `part` says which files, `kind` for which sort of project.

    `package` is an identifier in ASCII; `holder` and `year` stand in the licence.
    """

    part: str
    kind: str
    name: str
    package: str
    summary: str
    holder: str = ""
    year: int = 0

    @property
    def distribution(self) -> str:
        """The name under which a package is installed and its command is called."""
        return self.package.replace("_", "-")


@dataclass(frozen=True)
class Choice:
    """A kind of project, "" when no template fits, and the rule that says so."""

    kind: str
    because: str


def is_done_by_rule(task: Task) -> bool:
    """Say whether a template can do a task, so that it needs no AI."""
    return SCAFFOLD in task.metadata


def choose_kind(texts: Sequence[str], stack: Sequence[str] = ()) -> Choice:
    """Return the kind of project that a brief and a stack ask for, by the words in them.

    Python named: a package. Another language or framework named: no template. A page named: a page. Else a package.
    """
    text = " ".join([*texts, *stack]).casefold()
    words = set(_WORD.findall(text))
    if found := sorted(words & _PYTHON_WORDS):
        return Choice(PACKAGE, f"a Python package, for the word {found[0]!r}")
    first_words = {entry.casefold().split()[0] for entry in stack if entry.strip()}
    if found := sorted(words & _OTHER_WORDS | first_words & _OTHER_STACKS):
        return Choice("", f"no template, for the word {found[0]!r}")
    if found := sorted(words & _PAGE_WORDS) or [phrase for phrase in _PAGE_PHRASES if phrase in text]:
        return Choice(PAGE, f"a static page, for the word {found[0]!r}")
    return Choice(PACKAGE, "a Python package, as nothing else is named")


def package_name(name: str) -> str:
    """Return the name of the Python package for a project: letters a-z, digits and `_`, at most 40.

    Accents are dropped, a name that begins with a digit gets `app_` before it, one that Python, its library or the
    test tools use gets `_app` after it; `app` stands for a name without any such letter.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    joined = "_".join(_WORD.findall(plain))[: LONGEST_PACKAGE - len("app_")].strip("_")
    if not joined:
        return "app"
    if joined[0].isdigit():
        return f"app_{joined}"
    return f"{joined}_app" if joined in _TAKEN else joined
