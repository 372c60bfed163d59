"""How one piece of work is done: architect, executor, auditor, consultant, and the proof."""

from orkestra.pipeline.pipeline import Pipeline

__all__ = ["Pipeline"]
