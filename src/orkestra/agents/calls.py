"""The log of calls: what was asked of services, what they replied, and what that has cost."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.stores.statements import statements
from orkestra.domain.clock import iso

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.domain.agents import CallRecord
    from orkestra.domain.ports import Row

SQL: Final = statements("orkestra.agents", "calls.sql")
SUPERSEDED: Final = "superseded: another reply to this request was kept first"


@dataclass(frozen=True, kw_only=True)
class Total:
    """Sums over calls. `cost_usd` is that of the calls whose price is known; `unpriced` counts the others.

    `failed` is how many of the requests brought no answer; `seconds` is the time that all took.
    """

    requests: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    seconds: float = 0.0

    @property
    def cost_text(self) -> str:
        """The cost for people: an unknown price is said to be unknown."""
        if self.unpriced and self.unpriced == self.requests:
            return "cost unknown"
        known = f"${self.cost_usd:,.4f}"
        plural = "" if self.unpriced == 1 else "s"
        return f"{known} and {self.unpriced} request{plural} of unknown price" if self.unpriced else known


class CallLedger:
    """The port Calls in a project's database. Replies are on disk before anybody sees them."""

    def __init__(self, project: OpenProject) -> None:
        self._store = project.store
        self._clock = project.clock

    def recall(self, key: str, turn: int) -> str | None:
        """Return the reply that is kept for a step's request, None when there is none."""
        rows = self._store.rows(SQL["recall"], {"key": key, "turn": turn})
        return str(rows[0]["reply"]) if rows else None

    def keep(self, record: CallRecord) -> None:
        """Keep a request with its reply, or with the error that came instead; waits for the disk.

        A second reply to the same request was paid as well: it is kept as superseded, and never recalled.
        """
        with self._store.transaction(durable=True) as write:
            if not write.execute(SQL["keep"], self._columns(record)):
                late = replace(record, reply="", error=SUPERSEDED)
                write.execute(SQL["keep"], self._columns(late))

    def total(self, *, run_id: str | None = None, agent: str | None = None, subject: str | None = None) -> Total:
        """Return the sums over all calls, or over those of one run, one agent or one subject."""
        [row] = self._store.rows(SQL["total"], {"run_id": run_id, "agent": agent, "subject": subject})
        return Total(**{name: value or 0 for name, value in row.items()})

    def by_agent(self) -> dict[str, Total]:
        """Return the sums of each agent that was ever asked."""
        return {row["agent"]: self.total(agent=row["agent"]) for row in self._store.rows(SQL["agents"])}

    def last(self, limit: int = 50, *, agent: str | None = None) -> list[Row]:
        """Return the newest calls, the newest first, without what was replied."""
        return self._store.rows(SQL["last"], {"agent": agent, "limit": limit})

    def _columns(self, record: CallRecord) -> dict[str, Any]:
        plain = asdict(record)
        usage = plain.pop("usage")
        return {**plain, **usage, "at": iso(self._clock.now())}
