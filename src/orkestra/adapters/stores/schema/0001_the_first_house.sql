-- Derived columns (`unmet`, `task_counts`) are kept by triggers, so that no path of code can forget them.

CREATE TABLE events (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    data    TEXT NOT NULL
);

CREATE TABLE tasks (
    ordinal      INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    description  TEXT NOT NULL,
    instructions TEXT NOT NULL,
    urgency      INTEGER NOT NULL CHECK (urgency BETWEEN 1 AND 4),
    category     TEXT NOT NULL,
    task_type    TEXT NOT NULL,
    status       TEXT NOT NULL,
    assigned_to  TEXT,
    metadata     TEXT NOT NULL,
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    completed_at TEXT,
    unmet        INTEGER NOT NULL DEFAULT 0 CHECK (unmet >= 0),
    depth        INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX tasks_ready ON tasks (urgency, depth DESC, ordinal) WHERE status = 'pending' AND unmet = 0;

CREATE TABLE dependencies (
    task       INTEGER NOT NULL REFERENCES tasks (ordinal) ON DELETE CASCADE,
    depends_on INTEGER NOT NULL REFERENCES tasks (ordinal) ON DELETE CASCADE,
    PRIMARY KEY (task, depends_on)
) WITHOUT ROWID;

CREATE INDEX dependencies_by_target ON dependencies (depends_on, task);

CREATE TABLE task_counts (
    status   TEXT NOT NULL,
    urgency  INTEGER NOT NULL,
    category TEXT NOT NULL,
    total    INTEGER NOT NULL,
    PRIMARY KEY (status, urgency, category)
) WITHOUT ROWID;

CREATE TRIGGER tasks_counted_on_insert AFTER INSERT ON tasks BEGIN
    INSERT INTO task_counts VALUES (NEW.status, NEW.urgency, NEW.category, 1)
    ON CONFLICT (status, urgency, category) DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER tasks_counted_on_update AFTER UPDATE OF status, urgency, category ON tasks BEGIN
    UPDATE task_counts SET total = total - 1
    WHERE status = OLD.status AND urgency = OLD.urgency AND category = OLD.category;
    INSERT INTO task_counts VALUES (NEW.status, NEW.urgency, NEW.category, 1)
    ON CONFLICT (status, urgency, category) DO UPDATE SET total = total + 1;
END;

CREATE TRIGGER tasks_counted_on_delete AFTER DELETE ON tasks BEGIN
    UPDATE task_counts SET total = total - 1
    WHERE status = OLD.status AND urgency = OLD.urgency AND category = OLD.category;
END;

CREATE TRIGGER dependency_added AFTER INSERT ON dependencies BEGIN
    UPDATE tasks SET unmet = unmet + 1
    WHERE ordinal = NEW.task
      AND (SELECT status FROM tasks WHERE ordinal = NEW.depends_on) <> 'completed';
END;

CREATE TRIGGER dependency_removed AFTER DELETE ON dependencies BEGIN
    UPDATE tasks SET unmet = unmet - 1
    WHERE ordinal = OLD.task
      AND (SELECT status FROM tasks WHERE ordinal = OLD.depends_on) <> 'completed';
END;

CREATE TRIGGER dependency_met AFTER UPDATE OF status ON tasks
WHEN NEW.status = 'completed' AND OLD.status <> 'completed' BEGIN
    UPDATE tasks SET unmet = unmet - 1
    WHERE ordinal IN (SELECT task FROM dependencies WHERE depends_on = NEW.ordinal);
END;

CREATE TABLE votes (
    vote_id    TEXT PRIMARY KEY,
    topic      TEXT NOT NULL,
    context    TEXT NOT NULL,
    vote_type  TEXT NOT NULL,
    status     TEXT NOT NULL,
    options    TEXT NOT NULL,
    agents     TEXT NOT NULL,
    deadline   TEXT,
    outcome    TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE TABLE rounds (
    vote_id  TEXT NOT NULL REFERENCES votes (vote_id) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    failures TEXT NOT NULL,
    feedback TEXT NOT NULL,
    PRIMARY KEY (vote_id, number)
) WITHOUT ROWID;

CREATE TABLE ballots (
    vote_id   TEXT NOT NULL REFERENCES votes (vote_id) ON DELETE CASCADE,
    round     INTEGER NOT NULL,
    voter     TEXT NOT NULL,
    ranking   TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    backend   TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (vote_id, round, voter)
) WITHOUT ROWID;

CREATE TABLE owners (
    epoch       INTEGER PRIMARY KEY AUTOINCREMENT,
    pid         INTEGER NOT NULL,
    host        TEXT NOT NULL,
    since       TEXT NOT NULL,
    released_at TEXT
);

CREATE TABLE runs (
    run_id     TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    status     TEXT NOT NULL,
    epoch      INTEGER NOT NULL,
    attempt    INTEGER NOT NULL,
    input      TEXT NOT NULL,
    value      TEXT,
    error      TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

CREATE INDEX runs_open ON runs (kind, created_at) WHERE status = 'open';

CREATE TABLE blobs (
    digest TEXT PRIMARY KEY,
    body   TEXT NOT NULL
);

CREATE TABLE steps (
    run_id        TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    attempt       INTEGER NOT NULL,
    path          TEXT NOT NULL,
    name          TEXT NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('intent', 'value', 'error')),
    key           TEXT NOT NULL,
    tries         INTEGER NOT NULL,
    value         TEXT,
    blob          TEXT REFERENCES blobs (digest),
    error_kind    TEXT NOT NULL DEFAULT '',
    error_message TEXT NOT NULL DEFAULT '',
    at            TEXT NOT NULL,
    PRIMARY KEY (run_id, attempt, path)
) WITHOUT ROWID;

CREATE TABLE waits (
    wait_id     TEXT PRIMARY KEY,
    run_id      TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    text        TEXT NOT NULL,
    options     TEXT NOT NULL,
    fallback    TEXT NOT NULL,
    expires_at  TEXT,
    answer      TEXT,
    answered_by TEXT,
    asked_at    TEXT NOT NULL,
    answered_at TEXT
);

CREATE INDEX waits_open ON waits (asked_at) WHERE answer IS NULL;
