-- Most questions are about a few dimensions, and the sums by all of them are many, because
-- users are. Two projections have coarser sums: by all dimensions but the user, and by who
-- called. The server keeps them with the rows of each part, and reads one where a question
-- needs no other dimension and its sums are written as here (queries/rollup.sql).
ALTER TABLE cost_daily_rows ADD PROJECTION IF NOT EXISTS without_user (
    SELECT bucket, run,
        department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
        sum(calls), sum(errors), sumIf(calls, cost_status = 'unpriced'), sumIf(calls, cost_status = 'invalid'),
        sum(toInt128(input_tokens)), sum(toInt128(output_tokens)), sum(toInt128(cache_read_tokens)), sum(toInt128(cache_write_tokens)),
        sum(toInt128(reasoning_tokens)), sum(toInt128(duration_ns)), sum(toInt128(nano_credits)), sum(toDecimal256(cost, 18))
    GROUP BY bucket, run,
        department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status
);

ALTER TABLE cost_daily_rows ADD PROJECTION IF NOT EXISTS by_attribution (
    SELECT bucket, run, user_id, department, application, team, cost_center,
        sum(calls), sum(errors), sumIf(calls, cost_status = 'unpriced'), sumIf(calls, cost_status = 'invalid'),
        sum(toInt128(input_tokens)), sum(toInt128(output_tokens)), sum(toInt128(cache_read_tokens)), sum(toInt128(cache_write_tokens)),
        sum(toInt128(reasoning_tokens)), sum(toInt128(duration_ns)), sum(toInt128(nano_credits)), sum(toDecimal256(cost, 18))
    GROUP BY bucket, run, user_id, department, application, team, cost_center
);

-- Of hours, sums by user are almost as many as those by all dimensions.
ALTER TABLE cost_hourly_rows ADD PROJECTION IF NOT EXISTS without_user (
    SELECT bucket, run,
        department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status,
        sum(calls), sum(errors), sumIf(calls, cost_status = 'unpriced'), sumIf(calls, cost_status = 'invalid'),
        sum(toInt128(input_tokens)), sum(toInt128(output_tokens)), sum(toInt128(cache_read_tokens)), sum(toInt128(cache_write_tokens)),
        sum(toInt128(reasoning_tokens)), sum(toInt128(duration_ns)), sum(toInt128(nano_credits)), sum(toDecimal256(cost, 18))
    GROUP BY bucket, run,
        department, application, team, cost_center, environment, workflow, agent, service, provider, model, operation, cost_status
);

-- Sums that are stored already: the server does this in the background, and reads the rows
-- of a part until it is done.
ALTER TABLE cost_daily_rows MATERIALIZE PROJECTION without_user, MATERIALIZE PROJECTION by_attribution SETTINGS mutations_sync = 0;

ALTER TABLE cost_hourly_rows MATERIALIZE PROJECTION without_user SETTINGS mutations_sync = 0;
