-- name: note
INSERT INTO outcomes (key, source, area, answers, options, known, at)
VALUES (:key, :source, :area, :answers, :options, :known, :at)
ON CONFLICT (key) DO NOTHING

-- name: newest
SELECT area, answers, options, known FROM
(SELECT * FROM outcomes ORDER BY number DESC LIMIT :limit) ORDER BY number
