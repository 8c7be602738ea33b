-- What a collector of version 4 adds: a user who was forgotten.
INSERT INTO forgotten_users VALUES (
    from_hex(repeat('01', 32)), from_hex(repeat('02', 32)), '2026-11-01 00:00:00.000001');
