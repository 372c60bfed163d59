-- name: works
SELECT run_id, kind, subject, status, epoch, attempt, input, value, error, created_at, updated_at
FROM runs WHERE kind = 'work' ORDER BY created_at DESC, run_id

-- name: runs_of
-- The work's own run, then those of its tasks, each with when anything was last recorded in it.
SELECT run_id, kind, subject, status, attempt, error, created_at,
       max(updated_at, coalesce((SELECT max(at) FROM steps WHERE steps.run_id = runs.run_id), '')) AS last_at
FROM runs
WHERE run_id = :work
   OR kind = 'task' AND subject IN (SELECT id FROM tasks WHERE json_extract(metadata, '$.work') = :work)
ORDER BY created_at, run_id

-- name: steps_of
SELECT path, name, state, coalesce(value, body) AS value, error_message, at
FROM steps LEFT JOIN blobs ON blobs.digest = steps.blob
WHERE run_id = :run AND attempt = :attempt ORDER BY path

-- name: tasks_of
SELECT id, ordinal, description, status, json_extract(metadata, '$.reason') AS reason FROM tasks
WHERE json_extract(metadata, '$.work') = :work ORDER BY ordinal

-- name: waits_for
-- Of the tasks that a task waits for, the first that is not done.
SELECT needed.ordinal, needed.description, needed.status FROM dependencies
JOIN tasks AS needed ON needed.ordinal = dependencies.depends_on
WHERE dependencies.task = :ordinal AND needed.status <> 'completed' ORDER BY needed.ordinal LIMIT 1

-- name: cost
SELECT count(*) AS requests, coalesce(sum(input_tokens), 0) AS input_tokens,
       coalesce(sum(output_tokens), 0) AS output_tokens, coalesce(sum(cost_usd), 0.0) AS cost_usd,
       coalesce(sum(cost_usd IS NULL AND error = ''), 0) AS unknown
FROM calls WHERE key IN (
    SELECT key FROM steps WHERE run_id = :work OR run_id IN (
        SELECT run_id FROM runs
        WHERE kind = 'task' AND subject IN (SELECT id FROM tasks WHERE json_extract(metadata, '$.work') = :work)
    )
)
