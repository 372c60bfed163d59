"""The syntax of a file, as far as Python's own library can read it: Python, JSON and TOML."""

from __future__ import annotations

import ast
import json
import tomllib
import warnings
from collections.abc import Callable
from typing import Final

from orkestra.domain.work import Finding

MAX_CHARACTERS: Final = 2_000_000


def has_known_syntax(path: str) -> bool:
    """Say whether `syntax_finding` can judge a file of that name."""
    return _suffix(path) in _READERS


def syntax_finding(path: str, text: str) -> Finding | None:
    """Return what keeps a file's text from being read, with its line; None when it can be, or its form is unknown."""
    reader = _READERS.get(_suffix(path))
    if reader is None or len(text) > MAX_CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a doubtful escape is no broken syntax
            reader(text)
    except SyntaxError as error:
        return Finding(problem=f"not Python: {error.msg}", file=path, line=error.lineno or 0)
    except json.JSONDecodeError as error:
        return Finding(problem=f"not JSON: {error.msg}", file=path, line=error.lineno)
    except (ValueError, RecursionError, MemoryError) as error:
        return Finding(problem=f"can't be read: {str(error) or type(error).__name__}", file=path)
    return None


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].casefold() if "." in name else ""


_READERS: Final[dict[str, Callable[[str], object]]] = {
    "py": ast.parse,
    "pyi": ast.parse,
    "json": json.loads,
    "toml": tomllib.loads,
}
