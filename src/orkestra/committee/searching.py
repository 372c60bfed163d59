"""What a project already knows about a topic: its files and its git history, ranked and cited."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.reading import history, visible_files
from orkestra.adapters.workspaces.repository import Repository
from orkestra.core.layout import Layout
from orkestra.domain.errors import OrkestraError
from orkestra.domain.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_FILES: Final = 5_000
MAX_FILE_BYTES: Final = 500_000
MAX_LINE: Final = 160
_WORD: Final = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True)
class _Passage:
    place: str
    text: str


def search_project(root: Path, topic: str, max_results: int) -> str:
    """Return the passages that share most with the topic, each as `place: text`; empty when none does.

    Words are weighed by how rare they are in the project (inverse document frequency).
    """
    wanted = _words(topic)
    passages = [each for each in _passages(root) if wanted & _words(each.text + " " + each.place)]
    weights = _weights(wanted, passages)
    ranked = sorted(passages, key=lambda each: -sum(weights[word] for word in wanted & _words(each.text + each.place)))
    return "\n".join(f"{each.place}: {redact(each.text)[:MAX_LINE]}" for each in ranked[:max_results])


def _weights(wanted: set[str], passages: Sequence[_Passage]) -> dict[str, float]:
    seen = Counter(word for each in passages for word in wanted & _words(each.text + " " + each.place))
    return {word: math.log((1 + len(passages)) / (1 + seen[word])) + 1 for word in wanted}


def _passages(root: Path) -> Iterator[_Passage]:
    try:
        repository = Repository.open(root)
    except OrkestraError:
        yield from _from_files(root, _walk(root))
        return
    yield from _from_files(root, visible_files(repository))
    yield from (_Passage(f"commit {commit[:10]}", subject) for commit, subject in history(repository))


def _from_files(root: Path, paths: Sequence[str]) -> Iterator[_Passage]:
    reserved = Layout.of(root).reserved
    for path in paths[:MAX_FILES]:
        if any(path == kept or path.startswith(f"{kept}/") for kept in reserved):
            continue
        for number, line in enumerate(_lines(root / path), 1):
            if line.strip():
                yield _Passage(f"{path}:{number}", line.strip())


def _lines(path: Path) -> list[str]:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
        return []
    content = path.read_bytes()
    return [] if b"\0" in content else content.decode(errors="replace").splitlines()


def _walk(root: Path) -> list[str]:
    found: list[str] = []
    for directory, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        found.extend(os.path.relpath(os.path.join(directory, name), root) for name in sorted(files))  # noqa: PTH118
        if len(found) > MAX_FILES:
            break
    return found


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
