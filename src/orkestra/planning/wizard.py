"""The wizard: three questions whose answers are a brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.domain.errors import InvalidInputError
from orkestra.planning.drafting import NO_DESCRIPTION, make_brief

if TYPE_CHECKING:
    from orkestra.domain.plans import Brief
    from orkestra.domain.ports import Person


async def ask_brief(person: Person, name: str) -> Brief:
    """Ask for description, involvement and features, and return the brief; raise InvalidInputError for no such."""
    description = await person.answer("What do you want to build?", (), "")
    if not description.strip():
        raise InvalidInputError(NO_DESCRIPTION)
    involvement = await person.answer("How involved: 1 each round, 2 milestones, 3 final plan only", (), "2")
    if not involvement.strip().isdecimal():
        raise InvalidInputError(f"involvement is 1, 2 or 3, not {involvement!r}")
    features = await person.answer("Features, with commas between", (), "")
    return make_brief(name, description, features, int(involvement))
