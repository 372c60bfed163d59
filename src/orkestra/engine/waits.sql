-- name: ask
INSERT INTO waits (wait_id, run_id, text, options, fallback, expires_at, asked_at)
VALUES (:wait_id, :run_id, :text, :options, :fallback, :expires_at, :at)
ON CONFLICT (wait_id) DO NOTHING

-- name: wait
SELECT wait_id, run_id, text, options, fallback, expires_at, answer, answered_by FROM waits WHERE wait_id = :wait_id

-- name: open_waits
SELECT wait_id, run_id, text, options, fallback, expires_at, answer, answered_by
FROM waits WHERE answer IS NULL ORDER BY asked_at, wait_id

-- name: answer
UPDATE waits SET answer = :answer, answered_by = :by, answered_at = :at WHERE wait_id = :wait_id AND answer IS NULL
