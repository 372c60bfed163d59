-- Requests to services: what was asked, by whom, what it cost, and the reply, so that none is paid twice.
-- `key` is that of the step (steps.key); a request that failed stays, and the next try is another row.

CREATE TABLE calls (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL,
    turn          INTEGER NOT NULL,
    agent         TEXT NOT NULL,
    backend       TEXT NOT NULL,
    model         TEXT NOT NULL,
    purpose       TEXT NOT NULL,
    subject       TEXT NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost_usd      REAL,
    seconds       REAL NOT NULL,
    reply         TEXT NOT NULL,
    error         TEXT NOT NULL,
    at            TEXT NOT NULL
);

CREATE UNIQUE INDEX calls_answered ON calls (key, turn) WHERE error = '';

CREATE INDEX calls_by_agent ON calls (agent, number);
