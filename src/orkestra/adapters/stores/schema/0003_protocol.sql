-- The protocol of a vote: what it is about, what each ballot says beside its choice, and how decisions turned out.

ALTER TABLE votes ADD COLUMN agenda TEXT NOT NULL DEFAULT '{}';

ALTER TABLE ballots ADD COLUMN said TEXT NOT NULL DEFAULT '{}';

-- `answers` maps voters to what each chose, `known` says what turned out right; `source` is tests, revert, override,
-- or review. The key names what was verified, so that the same thing counts once.
CREATE TABLE outcomes (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,
    key     TEXT NOT NULL UNIQUE,
    source  TEXT NOT NULL,
    area    TEXT NOT NULL,
    answers TEXT NOT NULL,
    options INTEGER NOT NULL,
    known   TEXT NOT NULL,
    at      TEXT NOT NULL
);
