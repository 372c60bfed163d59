-- name: note
INSERT INTO outcomes (key, source, area, answers, options, known, at)
VALUES (:key, :source, :area, :answers, :options, :known, :at)
ON CONFLICT (key) DO NOTHING

-- name: newest
SELECT area, answers, options, known FROM
(SELECT * FROM outcomes ORDER BY number DESC LIMIT :limit) ORDER BY number

-- name: unverified
SELECT vote_id, json_extract(agenda, '$.area') AS area, json_array_length(options) AS options, voter,
    json_extract(ranking, '$[0]') AS choice
FROM ballots JOIN
(SELECT vote_id, agenda, options FROM votes
WHERE status = 'completed' AND 'vote:' || vote_id NOT IN (SELECT key FROM outcomes)
ORDER BY created_at DESC, vote_id LIMIT :limit) USING (vote_id)
WHERE round = 1 AND json_array_length(ranking) > 0 ORDER BY vote_id, voter
