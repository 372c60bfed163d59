"""SQL by name: each room keeps its statements in a `.sql` file beside its code."""

from __future__ import annotations

import pkgutil
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def statements(package: str, filename: str) -> Mapping[str, str]:
    """Return the statements of a package's `.sql` file by the name in the `-- name:` line above each.

    Raises FileNotFoundError when the package holds no such file.
    """
    content = pkgutil.get_data(package, filename)
    if content is None:
        message = f"{package} holds no {filename}"
        raise FileNotFoundError(message)
    _, *parts = _HEADER.split(content.decode())
    return MappingProxyType({name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)})
