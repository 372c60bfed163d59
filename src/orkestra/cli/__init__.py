"""The command line: `orkestra`."""

from orkestra.cli.app import main

__all__ = ["main"]
