-- What a collector of version 12 adds: a score of a call.
INSERT INTO result_rows (result_id, kind, name, time, trace_id, span_id, value, label, received_time)
VALUES (unhex('feedfacecafebeef0000000000000012'), 'evaluation', 'faithfulness', toDateTime64('2026-10-26 09:30:00', 9, 'UTC'),
    unhex('feedfacecafebeef0000000000000002'), unhex('0000000000000007'), toDecimal128('0.5', 18), 'fair', toDateTime64('2026-10-26 09:31:00', 9, 'UTC'));
