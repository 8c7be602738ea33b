-- What was called and has no price, over all shards.
CREATE OR REPLACE VIEW {{.Database}}.unpriced_models AS
SELECT provider, model, sum(calls) AS calls, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
    min(day) AS first_day, max(day) AS last_day
FROM {{.Database}}.cost_daily
WHERE cost_status = 'unpriced'
GROUP BY provider, model
