"""The story: events are appended in the transaction that makes them true, and read by every face."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from orkestra.domain.clock import iso
from orkestra.domain.events import Event

if TYPE_CHECKING:
    from orkestra.domain.ports import Clock, Row, Store, Transaction

_APPEND = "INSERT INTO events (at, kind, subject, data) VALUES (:at, :kind, :subject, :data)"
_SINCE = "SELECT seq, at, kind, subject, data FROM events WHERE seq > :seq ORDER BY seq LIMIT :limit"
_LAST = "SELECT coalesce(max(seq), 0) AS seq FROM events"


class Story:
    """The append-only events of one project."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def tell(self, transaction: Transaction, kind: str, subject: str, /, **data: Any) -> None:  # noqa: ANN401 - JSON
        """Append an event, true exactly if the transaction commits."""
        transaction.execute(
            _APPEND,
            {"at": iso(self._clock.now()), "kind": kind, "subject": subject, "data": json.dumps(data, default=str)},
        )

    def since(self, seq: int = 0, limit: int = 1_000) -> list[Event]:
        """Return up to `limit` events after `seq`, the oldest first."""
        return [_event(row) for row in self._store.rows(_SINCE, {"seq": seq, "limit": limit})]

    def last(self) -> int:
        """Return the number of the newest event, 0 when there is none."""
        return int(self._store.rows(_LAST)[0]["seq"])


def _event(row: Row) -> Event:
    return Event(kind=row["kind"], subject=row["subject"], seq=row["seq"], at=row["at"], data=json.loads(row["data"]))
