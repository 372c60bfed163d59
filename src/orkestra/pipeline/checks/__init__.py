"""Checks: a project's own tests, whatever they are written in, and what counts as proof."""

from orkestra.pipeline.checks.detection import detect
from orkestra.pipeline.checks.proof import Proof, known_before, proves
from orkestra.pipeline.checks.running import run_checks

__all__ = ["Proof", "detect", "known_before", "proves", "run_checks"]
