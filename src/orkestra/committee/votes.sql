-- name: create
INSERT INTO votes (vote_id, topic, context, vote_type, status, options, agents, deadline, agenda, created_at,
    updated_at)
VALUES (:vote_id, :topic, :context, :vote_type, 'active', :options, :agents, :deadline, :agenda, :at, :at)
ON CONFLICT (vote_id) DO NOTHING

-- name: vote
SELECT * FROM votes WHERE vote_id = :vote_id

-- name: list
SELECT * FROM votes WHERE :status IS NULL OR status = :status ORDER BY created_at DESC, vote_id

-- name: rounds
SELECT number, failures, nonsense, feedback FROM rounds WHERE vote_id = :vote_id ORDER BY number

-- name: ballots
SELECT round, voter, ranking, reasoning, backend, said FROM ballots WHERE vote_id = :vote_id ORDER BY round, at, voter

-- name: keep_round
INSERT INTO rounds (vote_id, number, failures, nonsense, feedback)
VALUES (:vote_id, :number, :failures, :nonsense, :feedback)
ON CONFLICT (vote_id, number) DO UPDATE
SET failures = excluded.failures, nonsense = excluded.nonsense, feedback = excluded.feedback

-- name: cast
INSERT INTO ballots (vote_id, round, voter, ranking, reasoning, backend, said, at)
VALUES (:vote_id, :round, :voter, :ranking, :reasoning, :backend, :said, :at)
ON CONFLICT (vote_id, round, voter) DO NOTHING

-- name: decide
UPDATE votes SET status = 'completed', outcome = :outcome, updated_at = :at WHERE vote_id = :vote_id
