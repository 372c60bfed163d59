-- name: add
INSERT INTO tasks (id, description, instructions, urgency, category, task_type, status, assigned_to, metadata,
                   depth, created_at, updated_at)
VALUES (:id, :description, :instructions, :urgency, :category, :task_type, 'pending', :assigned_to, :metadata,
        :depth, :at, :at)
ON CONFLICT (id) DO NOTHING
RETURNING ordinal

-- name: depend
INSERT INTO dependencies (task, depends_on) VALUES (:task, :depends_on)
ON CONFLICT (task, depends_on) DO NOTHING

-- name: forget_dependencies
DELETE FROM dependencies WHERE task = :task

-- name: depth_of
SELECT depth FROM tasks WHERE ordinal = :ordinal

-- name: set_depth
UPDATE tasks SET depth = :depth WHERE ordinal = :ordinal AND depth <> :depth

-- name: deepen
UPDATE tasks SET depth = :depth WHERE ordinal = :ordinal AND depth < :depth

-- name: by_id
SELECT * FROM tasks WHERE id = :id

-- name: by_ordinal
SELECT * FROM tasks WHERE ordinal = :ordinal

-- name: dependencies_of
SELECT id, ordinal FROM dependencies JOIN tasks ON tasks.ordinal = dependencies.depends_on
WHERE dependencies.task = :task ORDER BY ordinal

-- name: all_dependencies
SELECT dependencies.task, dependencies.depends_on, tasks.id FROM dependencies
JOIN tasks ON tasks.ordinal = dependencies.depends_on ORDER BY dependencies.task, dependencies.depends_on

-- name: open_dependencies
SELECT tasks.ordinal, dependencies.depends_on FROM tasks
LEFT JOIN dependencies ON dependencies.task = tasks.ordinal
WHERE tasks.status NOT IN ('completed', 'cancelled') ORDER BY tasks.ordinal

-- name: needed_by
WITH RECURSIVE needed (task) AS (
    SELECT :task
    UNION
    SELECT dependencies.depends_on FROM dependencies JOIN needed ON dependencies.task = needed.task
)
SELECT dependencies.task, dependencies.depends_on FROM dependencies JOIN needed ON dependencies.task = needed.task

-- name: unmet
SELECT unmet FROM tasks WHERE ordinal = :ordinal

-- name: hold_ups
WITH RECURSIVE held (task, reason) AS (
    SELECT ordinal, CASE status WHEN 'failed' THEN 'failed' ELSE 'ai' END FROM tasks
    WHERE status = 'failed' OR (status = 'blocked' AND metadata ->> 'blocked_by' = 'agent')
    UNION
    SELECT dependencies.task, held.reason FROM dependencies JOIN held ON dependencies.depends_on = held.task
)
SELECT
    count(*) FILTER (WHERE reason = 'ai' AND status = 'blocked') AS need_ai,
    count(*) FILTER (WHERE reason = 'ai' AND status = 'pending') AS behind_ai,
    count(*) FILTER (WHERE reason = 'failed' AND status = 'pending') AS behind_failed
FROM held JOIN tasks ON tasks.ordinal = held.task

-- name: next
SELECT * FROM tasks
WHERE status = 'pending' AND unmet = 0
  AND (:category IS NULL OR category = :category)
  AND (:assigned_to IS NULL OR assigned_to = :assigned_to)
ORDER BY urgency, depth DESC, ordinal LIMIT 1

-- name: claim
UPDATE tasks SET status = 'in_progress', assigned_to = :agent, updated_at = :at
WHERE ordinal = (
    SELECT ordinal FROM tasks
    WHERE status = 'pending' AND unmet = 0 AND (:ordinal IS NULL OR ordinal = :ordinal)
    ORDER BY urgency, depth DESC, ordinal LIMIT 1
)
RETURNING *

-- name: set_status
UPDATE tasks SET status = :status, updated_at = :at,
    completed_at = CASE WHEN :status = 'completed' THEN :at ELSE completed_at END
WHERE ordinal = :ordinal
RETURNING *

-- name: set_fields
UPDATE tasks SET description = :description, instructions = :instructions, urgency = :urgency, category = :category,
    task_type = :task_type, assigned_to = :assigned_to, metadata = :metadata, updated_at = :at
WHERE ordinal = :ordinal

-- name: list
SELECT * FROM tasks
WHERE (:status IS NULL OR status = :status) AND (:category IS NULL OR category = :category)
  AND (:assigned_to IS NULL OR assigned_to = :assigned_to)
ORDER BY ordinal

-- name: counts
SELECT status, urgency, category, total FROM task_counts WHERE total > 0

-- name: total
SELECT coalesce(sum(total), 0) AS total FROM task_counts

-- name: clear_completed
DELETE FROM tasks WHERE status = 'completed'

-- name: record
SELECT json_object(
    'id', id, 'ordinal', ordinal, 'title', description, 'description', description, 'instructions', instructions,
    'priority', CASE urgency WHEN 1 THEN 'critical' WHEN 2 THEN 'high' WHEN 3 THEN 'medium' ELSE 'low' END,
    'category', category, 'task_type', task_type,
    'status', CASE ordinal WHEN :done THEN 'completed' ELSE status END,
    'dependencies', json((
        SELECT json_group_array(needed) FROM (
            SELECT target.id AS needed FROM dependencies JOIN tasks AS target ON target.ordinal = depends_on
            WHERE dependencies.task = tasks.ordinal ORDER BY depends_on
        )
    )),
    'assigned_to', assigned_to, 'metadata', json(metadata), 'created_at', created_at,
    'updated_at', CASE ordinal WHEN :done THEN :at ELSE updated_at END,
    'completed_at', CASE ordinal WHEN :done THEN :at ELSE completed_at END
) AS entry
FROM tasks ORDER BY ordinal
