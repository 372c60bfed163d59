"""The queue at 100,000 tasks: what its Python costs on top of the SQL that the work needs."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Figure, Goal, directory, seconds, taking_turns
from orkestra.domain.tasks import TaskDraft, TaskPriority
from orkestra.tasks import TaskQueue

TASKS, BATCH, PAIRS, TURNS = 100_000, 10_000, 500, 7
SEED = 100
CALLS = 100
AT = "2026-01-01T00:00:00.000000Z"
SAME_FILE = "raw sqlite3, same file"

CLAIM = """
UPDATE tasks SET status = 'in_progress', assigned_to = ?, updated_at = ?
WHERE ordinal = (SELECT ordinal FROM tasks WHERE status = 'pending' AND unmet = 0
                 ORDER BY urgency, depth DESC, ordinal LIMIT 1)
RETURNING ordinal, id, description
"""
COMPLETE = """
UPDATE tasks SET status = 'completed', updated_at = ?, completed_at = ?
WHERE ordinal = ? AND status = 'in_progress' RETURNING id, description
"""
TELL = "INSERT INTO events (at, kind, subject, data) VALUES (?, ?, ?, ?)"
COPIES = (
    """
    INSERT INTO tasks (ordinal, id, description, instructions, urgency, category, task_type, status, metadata, depth,
                       created_at, updated_at)
    SELECT ordinal, id, description, instructions, urgency, category, task_type, status, metadata, depth,
           created_at, updated_at FROM loaded.tasks
    """,
    "INSERT INTO dependencies SELECT * FROM loaded.dependencies",
    "INSERT INTO events SELECT * FROM loaded.events",
)
COUNTS = "SELECT status, urgency, category, total FROM task_counts WHERE total > 0"


def measure() -> Iterator[Figure]:
    with directory() as one, directory() as other:
        yield _loading(one, other)
        shutil.copyfile(_database(one), _database(other))
        with TaskQueue(one) as queue, closing(_raw(_database(other))) as raw:
            yield from _compared(queue, raw)


def _loading(one: Path, other: Path) -> Figure:
    """Also leaves the queue's own database complete and closed, so that its file can be copied."""
    with TaskQueue(one) as queue:
        drafts = _drafts()
        took = seconds(lambda: [queue.add_tasks(drafts[at : at + BATCH]) for at in range(0, TASKS, BATCH)])
    with TaskQueue(other):
        pass
    with closing(_raw(_database(other))) as raw:
        raw.execute("ATTACH ? AS loaded", (str(_database(one)),))
        floor = seconds(lambda: [raw.execute(copy) for copy in COPIES])
    return Figure(
        what=f"add {TASKS:,} tasks, {BATCH:,} at a time",
        unit="s",
        value=took,
        floor=floor,
        floor_is="INSERT SELECT, same rows",
    )


def _compared(queue: TaskQueue, raw: sqlite3.Connection) -> Iterator[Figure]:
    _pairs(queue, 1)  # the first change writes the record; after that it is not due while this is measured
    _raw_pairs(raw, 1)
    pairs = taking_turns({"queue": partial(_pairs, queue, PAIRS), "raw": partial(_raw_pairs, raw, PAIRS)}, TURNS)
    yield Figure(
        what=f"claim + complete, {TASKS:,} tasks",
        unit="/s",
        value=pairs["queue"],
        floor=pairs["raw"],
        floor_is=SAME_FILE,
        goal=Goal(about="ratio", limit=0.5, at_least=True),
    )
    counts = taking_turns(
        {"queue": partial(seconds, queue.get_statistics), "raw": partial(seconds, partial(_counts, raw))}, CALLS
    )
    yield Figure(
        what=f"statistics, {TASKS:,} tasks",
        unit="ms",
        value=counts["queue"] * 1e3,
        floor=counts["raw"] * 1e3,
        floor_is=SAME_FILE,
        goal=Goal(about="figure", limit=1.0),
    )


def _drafts() -> list[TaskDraft]:
    """Tasks that depend on up to four earlier ones (two on average) of all that came before."""
    chance = random.Random(SEED)
    priorities = list(TaskPriority)
    return [
        TaskDraft(
            key=f"task-{number:06}",
            description=f"Task number {number:,}",
            instructions="Do what the description says, with a test that shows it.",
            priority=chance.choice(priorities),
            category=f"category-{number % 10}",
            dependencies=tuple({f"task-{chance.randrange(number):06}" for _ in range(chance.randint(0, 4))})
            if number
            else (),
        )
        for number in range(TASKS)
    ]


def _database(project: Path) -> Path:
    return project / ".orkestra" / "orkestra.db"


def _raw(path: Path) -> sqlite3.Connection:
    """A connection in the queue's own mode: WAL, synchronous = NORMAL, foreign keys."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _counts(raw: sqlite3.Connection) -> list[tuple[str, int, str, int]]:
    return raw.execute(COUNTS).fetchall()


def _pairs(queue: TaskQueue, pairs: int) -> float:
    began = perf_counter()
    for _ in range(pairs):
        task = queue.claim("bench")
        assert task is not None
        queue.complete(task.id)
    return pairs / (perf_counter() - began)


def _raw_pairs(raw: sqlite3.Connection, pairs: int) -> float:
    """The rows that a claim and a completion must change, with their events, and nothing else."""
    began = perf_counter()
    for _ in range(pairs):
        raw.execute("BEGIN IMMEDIATE")
        [[ordinal, key, title]] = raw.execute(CLAIM, ("bench", AT)).fetchall()
        raw.execute(TELL, (AT, "task.claimed", key, f'{{"ordinal": {ordinal}, "title": "{title}", "agent": "bench"}}'))
        raw.execute("COMMIT")
        raw.execute("BEGIN IMMEDIATE")
        [[key, title]] = raw.execute(COMPLETE, (AT, AT, ordinal)).fetchall()
        raw.execute(TELL, (AT, "task.completed", key, f'{{"ordinal": {ordinal}, "title": "{title}"}}'))
        raw.execute("COMMIT")
    return pairs / (perf_counter() - began)
