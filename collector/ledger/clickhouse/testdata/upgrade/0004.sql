-- What a collector of version 4 adds: a user who was forgotten.
INSERT INTO forgotten_users (key, hash, since)
SELECT unhex(repeat('01', 32)), unhex(repeat('02', 32)), toDateTime64('2026-11-01 00:00:00.000001', 6, 'UTC');
