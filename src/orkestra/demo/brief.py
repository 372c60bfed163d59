"""What the demonstration is asked to build."""

from __future__ import annotations

from typing import Final

from orkestra.domain.plans import Brief, Involvement

NAME: Final = "orkestra-demo"
PROGRAM: Final = ("-m", "pocketledger", "sample.csv")
"""The finished program, as arguments of Python in the project's directory."""

BRIEF: Final = Brief(
    name=NAME,
    description=(
        "A pocket ledger: reads payments from a CSV file that people edit by hand, and prints a month by month "
        "report with categories and budgets. Nothing to install but Python."
    ),
    features=("read payments from CSV", "guess categories", "monthly report with budgets"),
    involvement=Involvement.LOW,
)
