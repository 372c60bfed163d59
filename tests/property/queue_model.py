"""The queue as a dict: slow, simple, and plainly right."""

from dataclasses import dataclass

STATUSES = ("pending", "in_progress", "completed", "failed", "blocked", "cancelled")
ILLEGAL = {
    "blocked": {"completed"},
    "failed": {"in_progress", "completed", "blocked"},
    "completed": set(STATUSES) - {"completed"},
    "cancelled": set(STATUSES) - {"cancelled"},
}
URGENCY = {"critical": 1, "high": 2, "medium": 3, "low": 4}


@dataclass
class Card:
    """A task as the model knows it."""

    ordinal: int
    priority: str
    needs: set[str]
    status: str = "pending"

    @property
    def is_open(self) -> bool:
        return self.status not in {"completed", "cancelled"}


class QueueModel(dict[str, Card]):
    """Cards by id, in order of addition; `exact` while no change could have shortened a chain of waiting tasks."""

    def __init__(self) -> None:
        self.newest = 0
        self.exact = True

    def enter(self, task_id: str, priority: str, needs: set[str]) -> None:
        self.newest += 1
        self[task_id] = Card(self.newest, priority, needs)
        self.exact &= all(self[each].is_open for each in self.needed_by(task_id))

    def become(self, task_id: str, status: str) -> None:
        self[task_id].status = status
        self.exact &= self[task_id].is_open

    def clear_completed(self) -> int:
        done = {task_id for task_id, card in self.items() if card.status == "completed"}
        for task_id in done:
            del self[task_id]
        for card in self.values():
            card.needs -= done
        return len(done)

    def needed_by(self, task_id: str) -> set[str]:
        return {task_id}.union(*(self.needed_by(each) for each in self[task_id].needs))

    def unmet(self, task_id: str) -> int:
        return sum(self[needed].status != "completed" for needed in self[task_id].needs)

    def ready(self) -> dict[str, Card]:
        return {each: card for each, card in self.items() if card.status == "pending" and not self.unmet(each)}

    def depth(self, task_id: str) -> int:
        waiting = [other for other, card in self.items() if task_id in card.needs and card.is_open]
        return max((1 + self.depth(other) for other in waiting), default=0)
