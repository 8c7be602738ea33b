-- The roots of a number of runs, of which one in forty fails, and five tools of each
-- tenth run, of which all fail in one run of five.
INSERT INTO agent_span_rows
    (trace_id, span_id, parent_span_id, start_time, duration_ns, role, name, workflow, agent, step, step_number, tool, user_id, department, application,
    service, conversation_id, is_error, error_type, links, received_time)
SELECT
    md5(run::VARCHAR)::UUID, 1099511627776 + run * 8 + place, if(place = 0, 0, 1099511627776 + run * 8),
    make_timestamp_ns(epoch_ns(today()::TIMESTAMP) - 2592000000000000 + (2592000000000000 // (total // 5 + 1)) * run + place - 1), 1000000,
    if(place = 0, 'workflow', 'tool'), 'node', 'nightly', if(place = 0, '', 'agent-' || (run // 5000) % 10), '', 0, if(place = 0, '', 'search'), '', '', '',
    '', '', if(place = 0, run % 40 = 3, run % 50 = 0), '', [], now()::TIMESTAMP
FROM (SELECT range AS run, ?::BIGINT AS total FROM range(?::BIGINT)), (SELECT unnest(range(6)) AS place)
WHERE place = 0 OR run % 10 = 0
