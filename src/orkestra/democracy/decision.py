"""What a rule made of a stored vote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from orkestra.domain.votes import ConsensusMethod


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a rule made of a stored vote; it reads as a mapping, too: `decision["winner"]`, `dict(decision)`.

    `winner` is the text of the leading option and `option_id` its id, decided or not; both are None without a ballot.
    `shares` say from 0 to 1 how much of the votes each option has, `share` the winner's; `participation` is the
    turnout, `bar` the share that the winner needs, `why` says it in words. `weights` are the voters' in this `domain`
    ("" in general), all 1 unless the rule counts expertise. `tied` are the options that the method itself could not
    separate.
    """

    vote_id: str
    method: ConsensusMethod
    decided: bool
    winner: str | None
    option_id: str | None
    share: float
    shares: Mapping[str, float]
    participation: float
    bar: float
    why: str
    domain: str
    weights: Mapping[str, float]
    tied: tuple[str, ...]
    tie_broken_by: str

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever stands there
        """Return what stands under a name; raise KeyError for a name there is not."""
        if name not in self.keys():
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self.keys())

    def keys(self) -> tuple[str, ...]:
        """Return the names of what stands here."""
        return tuple(each.name for each in fields(self))
