"""The framework's own directory, apart from every project."""

from __future__ import annotations

import os
from pathlib import Path


def orkestra_home() -> Path:
    """Return the home of Orkestra: `ORKESTRA_HOME`, or the platform's directory for user data."""
    if named := os.environ.get("ORKESTRA_HOME"):
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("orkestra", appauthor=False)
