-- name: open_run
INSERT INTO runs (run_id, kind, subject, status, epoch, attempt, input, created_at, updated_at)
VALUES (:run_id, :kind, :subject, 'open', 0, 1, :input, :at, :at)
ON CONFLICT (run_id) DO NOTHING

-- name: run
SELECT run_id, kind, subject, status, epoch, attempt, input, value, error FROM runs WHERE run_id = :run_id

-- name: open_runs
SELECT run_id, kind, subject, status, epoch, attempt, input, value, error
FROM runs WHERE status = 'open' ORDER BY created_at, run_id

-- name: take
UPDATE runs SET epoch = epoch + 1, status = 'open', updated_at = :at
WHERE run_id = :run_id AND status <> 'done'
RETURNING epoch, attempt

-- name: forget_errors
-- Only errors that nothing came after, in the run or in their branch of it: those are what it failed of.
DELETE FROM steps WHERE run_id = :run_id AND attempt = :attempt AND state = 'error' AND NOT EXISTS (
    SELECT 1 FROM steps AS later
    WHERE later.run_id = steps.run_id AND later.attempt = steps.attempt
      AND length(later.path) = length(steps.path) AND later.path > steps.path
      AND substr(later.path, 1, length(later.path) - 4) = substr(steps.path, 1, length(steps.path) - 4)
)

-- name: restart
UPDATE runs SET attempt = attempt + 1, updated_at = :at
WHERE run_id = :run_id AND epoch = :epoch AND attempt = :attempt AND status = 'open'

-- name: finish
UPDATE runs SET status = :status, value = :value, error = :error, updated_at = :at
WHERE run_id = :run_id AND epoch = :epoch AND attempt = :attempt AND status = 'open'

-- name: steps
SELECT path, name, state, key, tries, coalesce(value, body) AS value, error_kind, error_message
FROM steps LEFT JOIN blobs ON blobs.digest = steps.blob
WHERE run_id = :run_id AND attempt = :attempt ORDER BY path

-- name: write_step
INSERT INTO steps (run_id, attempt, path, name, state, key, tries, value, blob, error_kind, error_message, at)
SELECT run_id, attempt, :path, :name, :state, :key, :tries, :value, :blob, :error_kind, :error_message, :at
FROM runs WHERE run_id = :run_id AND epoch = :epoch AND attempt = :attempt AND status = 'open'
ON CONFLICT (run_id, attempt, path) DO UPDATE SET
    state = excluded.state, tries = excluded.tries, value = excluded.value, blob = excluded.blob,
    error_kind = excluded.error_kind, error_message = excluded.error_message, at = excluded.at
WHERE steps.state = 'intent' AND steps.name = excluded.name

-- name: keep_blob
INSERT INTO blobs (digest, body) VALUES (:digest, :body) ON CONFLICT (digest) DO NOTHING
