-- What a collector of version 10 adds: a score of a call.
INSERT INTO result_rows
VALUES ('feedface-cafe-beef-0000-000000000012', 'evaluation', 'faithfulness', '2026-10-26 09:30:00', 'feedface-cafe-beef-0000-000000000002', 7,
    '', '', '', '', '', '', 0.5, 'fair', false, '', '2026-10-26 09:31:00');
