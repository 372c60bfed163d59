-- name: recall
SELECT reply FROM calls WHERE key = :key AND turn = :turn AND error = ''

-- name: keep
INSERT INTO calls (key, turn, agent, backend, model, purpose, subject, input_tokens, output_tokens, cost_usd,
                   seconds, reply, error, at)
VALUES (:key, :turn, :agent, :backend, :model, :purpose, :subject, :input_tokens, :output_tokens, :cost_usd,
        :seconds, :reply, :error, :at)
ON CONFLICT (key, turn) WHERE error = '' DO NOTHING

-- name: total
SELECT count(*) AS requests, sum(error <> '') AS failed, coalesce(sum(input_tokens), 0) AS input_tokens,
       coalesce(sum(output_tokens), 0) AS output_tokens, coalesce(sum(cost_usd), 0.0) AS cost_usd,
       sum(cost_usd IS NULL) AS unpriced, coalesce(sum(seconds), 0.0) AS seconds
FROM calls
WHERE (:agent IS NULL OR agent = :agent) AND (:subject IS NULL OR subject = :subject)
  AND (:run_id IS NULL OR (CASE instr(key, '+') WHEN 0 THEN key ELSE substr(key, 1, instr(key, '+') - 1) END) IN (
      SELECT steps.key FROM steps WHERE steps.run_id = :run_id))

-- name: agents
SELECT DISTINCT agent FROM calls ORDER BY agent

-- name: last
SELECT number, key, turn, agent, backend, model, purpose, subject, input_tokens, output_tokens, cost_usd, seconds,
       error, at
FROM calls WHERE (:agent IS NULL OR agent = :agent) ORDER BY number DESC LIMIT :limit
