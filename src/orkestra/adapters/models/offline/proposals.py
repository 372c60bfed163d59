"""A proposal by rule: the standard phases, the kind of project by the words of the brief, an estimate as a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from orkestra.domain.plans import Proposal
from orkestra.domain.scaffolds import PACKAGE, PAGE, choose_kind

if TYPE_CHECKING:
    from collections.abc import Mapping

STACKS: Final = {
    PACKAGE: ("Python 3.11 or newer", "pytest", "ruff", "mypy"),
    PAGE: ("HTML", "CSS", "JavaScript", "node:test"),
    "": (),
}
DAYS_A_FEATURE: Final = 2
DAYS_OF_THE_REST: Final = {"foundation": 2, "integration": 2, "deployment": 2}


def propose(facts: Mapping[str, Any]) -> Proposal:
    """Return the standard phases for a brief, with the rules and the arithmetic that led to them."""
    features, changes = facts["features"], facts["changes"]
    choice = choose_kind([facts["description"], *features, *changes])
    count = max(1, len(features))
    days = DAYS_A_FEATURE * count + sum(DAYS_OF_THE_REST.values())
    rest = " + ".join(f"{days} {phase}" for phase, days in DAYS_OF_THE_REST.items())
    licence = ("the licence is MIT until you decide otherwise: see LICENSE before you publish",) if choice.kind else ()
    unheard = ("your changes were read for the kind of project only: the rest needs an AI",) if changes else ()
    return Proposal(
        title="Standard phases",
        summary=(
            "By rule, no AI was asked: foundation, one task per feature, integration, deployment"
            f" ({count} feature{'' if count == 1 else 's'}); {choice.because}."
            f" The days: {DAYS_A_FEATURE} x {count} for features + {rest} = {days}."
        ),
        stack=STACKS[choice.kind],
        risks=("the features were not analysed, and building them needs an AI", *unheard, *licence),
        estimate_days=float(days),
    )
